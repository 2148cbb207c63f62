/** Numbers, dates and names as text for people. */
import type { AdapterInfo } from "../core/adapter.ts";

/** Three significant digits, never an exponent: 0.0123, 1.23, 12.3, 123, 12,345; NaN and Infinity by name. */
export function decimal(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3)))));
  const digits = Math.min(6, Math.max(0, 2 - size));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number with a fixed number of decimals; no minus sign before zero. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** 0.8432 as "84.3 %". */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;

/** 4,194,304 */
export const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** 2026-03-04 15:16 UTC */
export const dateText = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

/** 45 s, 3 min 05 s */
export function duration(seconds: number): string {
  const all = Math.round(seconds);
  return all < 60 ? `${all} s` : `${Math.floor(all / 60)} min ${String(all % 60).padStart(2, "0")} s`;
}

/** `google swiftshader SwiftShader Device` */
export const adapterName = ({ vendor, architecture, description }: AdapterInfo): string =>
  [vendor, architecture, description].filter(Boolean).join(" ") || "unnamed adapter";
