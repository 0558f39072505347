"""The machine that a comparison was made on, as far as it matters to its figures."""

import os
import platform


def machine(cores: list[int]) -> dict:
    """Processor, system and cores, for a file."""
    return {
        "processor": processor_name(),
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "python": platform.python_version(),
        "cores": cores,
        "coresOnline": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


def processor_name() -> str:
    """The name in /proc/cpuinfo, or what the system calls the processor."""
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
