"""The files that make a station a service of the machine. Pure: settings in, paths and texts out.

Sources of the options: systemd.exec(5), systemd.service(5), sysusers.d(5), tmpfiles.d(5), journald.conf(5).
"""

from dataclasses import dataclass

WATCHDOG_SECONDS = 60
"""Well above the agent's longest sleep (5 s) and the time in which it replaces a player that hangs (10 s)."""


@dataclass(frozen=True)
class Service:
    """What the service is told: the program, the folder, the station's id, its user, and options of ``run``."""

    program: str
    folder: str
    station: str
    user: str
    options: tuple[str, ...] = ()


def files(service: Service) -> dict[str, str]:
    """Each file of the installation by its path: the unit, its user, its folders, the limit of the log."""
    return {
        "/etc/systemd/system/radio-station.service": unit(service),
        "/etc/sysusers.d/radio-station.conf": (
            f'u {service.user} - "Loudspeaker station" {service.folder}\nm {service.user} audio\n'
        ),
        "/etc/tmpfiles.d/radio-station.conf": "".join(
            f"d {path} {mode} {service.user} {service.user} -\n"
            for path, mode in ((service.folder, "0755"), (f"{service.folder}/state", "0700"))
        ),
        "/etc/systemd/journald.conf.d/radio-station.conf": "[Journal]\nStorage=persistent\nSystemMaxUse=200M\n",
    }


def unit(service: Service) -> str:
    """The hardened unit. It waits for no network and no time server: an offline station must start."""
    words = [
        service.program,
        "station",
        "run",
        service.folder,
        "--station",
        service.station,
        "--clock",
        "strict",
    ]
    command = " ".join(_quoted(word) for word in (*words, *service.options))
    return f"""[Unit]
Description=Loudspeaker station {service.station}
After=sound.target time-set.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
User={service.user}
SupplementaryGroups=audio
WatchdogSec={WATCHDOG_SECONDS}
Restart=always
RestartSec=1
TimeoutStopSec=30
Nice=-10
OOMScoreAdjust=-800
MemoryMax=600M
UMask=0027
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={service.folder}
ProtectHome=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
CapabilityBoundingSet=

[Install]
WantedBy=multi-user.target
"""


def _quoted(word: str) -> str:
    """A word of a unit's command line: systemd's own quoting, percent and dollar meant literally."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if not word or set(word) & set(" \t'\";") else escaped
