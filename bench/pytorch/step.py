#!/usr/bin/env python3
"""Times training steps in PyTorch on a CUDA card, float32 without TF32, eagerly and as a CUDA graph.

The steps are those of `npm run bench -- --suite steps`, whose report puts this script's JSON beside them:

    python3 bench/pytorch/step.py --json pytorch.json
    npm run bench -- --target node --suite limits,steps --pytorch pytorch.json

The batch lies ready on the card. Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 no PyTorch or no CUDA, 130 interrupted.
"""
import argparse
import json
import statistics
import sys
import time

FORMAT = "actigrad-pytorch-1"
NETWORKS = [([784, 256, 128, 10], 128), ([784, 1024, 1024, 10], 256)]
OPTIMIZERS = ["sgd", "adam"]


def absent(message, hint):
    print(f"step.py: {message}; {hint}", file=sys.stderr)
    sys.exit(3)


def import_torch(device):
    try:
        import torch
    except ImportError as error:
        absent(f"PyTorch is not installed ({error})", "pip install torch")
    if device == "cuda" and not torch.cuda.is_available():
        absent(
            f"PyTorch {torch.__version__} finds no CUDA card",
            "run it on a machine with an NVIDIA GPU and a CUDA build of PyTorch, or try it with --device cpu",
        )
    return torch


def make_step(torch, sizes, batch, optimizer, device, captured):
    """A function that makes one step and returns its loss, on tensors that stay where they are."""
    layers = []
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers.append(torch.nn.Linear(inputs, outputs))
        if i < len(sizes) - 2:
            layers.append(torch.nn.ReLU())
    model = torch.nn.Sequential(*layers).to(device)
    if optimizer == "sgd":
        update = torch.optim.SGD(model.parameters(), lr=1e-3)
    else:
        fastest = {"fused": True, "capturable": captured} if device == "cuda" else {}
        update = torch.optim.Adam(model.parameters(), lr=1e-5, **fastest)
    x = torch.rand(batch, sizes[0], device=device) * 2 - 1
    y = torch.arange(batch, device=device) % sizes[-1]
    criterion = torch.nn.CrossEntropyLoss()

    def step():
        update.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        update.step()
        return loss

    return step


def capture(torch, step):
    """The step as a CUDA graph: replaying it launches all kernels at once."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(5):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()

    def replay():
        graph.replay()
        return loss

    return replay


def time_steps(step, synchronize, rounds, sample_ms):
    """Milliseconds of one step, one value a round; a round is as many steps as fill `sample_ms`, then a wait."""

    def sample(count):
        synchronize()
        begin = time.perf_counter()
        for _ in range(count):
            loss = step()
        synchronize()
        return (time.perf_counter() - begin) * 1000 / count, loss

    for count in (3, 10):
        ms, _ = sample(count)
    count = max(1, round(sample_ms / ms))
    samples = []
    for _ in range(rounds):
        ms, loss = sample(count)
        samples.append(ms)
    if not bool(loss.isfinite()):
        raise RuntimeError(f"the loss is {float(loss)}: its time would say nothing")
    return samples, count


def spread(samples):
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive") if len(samples) > 1 else samples * 3
    return {"median": statistics.median(samples), "low": low, "high": high}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", metavar="FILE", help="write the results there, for bench --pytorch")
    parser.add_argument("--rounds", type=int, default=31, help="samples of each step; 31")
    parser.add_argument("--sample-ms", type=float, default=50, help="milliseconds of a sample; 50")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu: eager only, to try it")
    options = parser.parse_args()
    if options.rounds < 1 or not options.sample_ms > 0:
        parser.error("--rounds and --sample-ms must be above 0")

    torch = import_torch(options.device)
    cuda = options.device == "cuda"
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(0)
    synchronize = torch.cuda.synchronize if cuda else lambda: None
    card = torch.cuda.get_device_name(0) if cuda else "cpu"
    about = f"{card}, PyTorch {torch.__version__}" + (f", CUDA {torch.version.cuda}" if cuda else "")
    print(f"{about}, float32, TF32 off", file=sys.stderr)

    steps = []
    print(f"{'network':24}{'batch':>6}  {'optimizer':10}{'mode':8}{'ms':>9}  quartiles")
    for sizes, batch in NETWORKS:
        for optimizer in OPTIMIZERS:
            for mode in ["eager", "graph"] if cuda else ["eager"]:
                step = make_step(torch, sizes, batch, optimizer, options.device, mode == "graph")
                if mode == "graph":
                    step = capture(torch, step)
                samples, count = time_steps(step, synchronize, options.rounds, options.sample_ms)
                ms = spread(samples)
                network = "-".join(map(str, sizes))
                interval = f"[{ms['low']:.4f}, {ms['high']:.4f}]"
                print(f"{network:24}{batch:6}  {optimizer:10}{mode:8}{ms['median']:9.4f}  {interval}", flush=True)
                entry = {"sizes": sizes, "batch": batch, "optimizer": optimizer, "mode": mode}
                steps.append({**entry, "stepsPerSample": count, "samplesMs": samples, "ms": ms})
    if options.json:
        result = {"format": FORMAT, "torch": torch.__version__, "device": card, "tf32": False, "steps": steps}
        if cuda:
            result["cuda"] = torch.version.cuda
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
