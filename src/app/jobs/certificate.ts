import { activationCases } from "../../check/certificate/cases.ts";
import { certify } from "../../check/certificate/certify.ts";
import { type CertificateResult, FORMAT } from "../../check/certificate/result.ts";
import { device } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";

export interface CertificateOptions {
  /** Names in the table of activations. */
  readonly activations: readonly string[];
  /** A sixteenth of the points. */
  readonly quick: boolean;
}

export interface CertificateEvent {
  readonly done: number;
  readonly total: number;
  readonly id: string;
}

/** Measures how exact activations are on the adapter. If stopped, it returns what it has. */
export async function certificate(
  context: JobContext<CertificateEvent>,
  { activations, quick }: CertificateOptions,
): Promise<CertificateResult> {
  const date = new Date().toISOString();
  const begin = performance.now();
  const gpu = await device({ gpu: context.gpu });
  const cases = activationCases.filter(({ activation }) => activations.includes(activation));
  try {
    const measured = await certify(gpu, cases, {
      points: quick ? { core: 1 << 16, whole: 1 << 14 } : { core: 1 << 20, whole: 1 << 17 },
      signal: context.signal,
      onCase: (done, id) => context.emit({ done, total: cases.length, id }),
    });
    return {
      format: FORMAT,
      date,
      host: context.host,
      adapter: gpu.adapter,
      quick,
      ...measured,
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    gpu.dispose();
  }
}
