# What every program of this folder needs, and the environment in which .NET runs under Wine 8. Sourced, not run.

fail() { echo "$(basename "$0"): $*" >&2; exit 2; }

needs() { # needs PROGRAM PACKAGE
  command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: apt-get install --no-install-recommends $2"
}

needs wine "wine wine64"
needs wineserver "wine wine64"

# WINEARCH: there is no 32-bit half here. winedbg.exe: its debugger would end a crashed program with exit code 0. winemenubuilder.exe:
# no menu entries on the host. mscoree must stay: .NET's own loader maps assemblies through it (prepare-prefix alone goes without).
# DOTNET_EnableWriteXorExecute: TLS programs die under Wine 8 with it. DOTNET_EnableDiagnostics: no pipe that outlives the program.
export WINEARCH=win64 WINEDEBUG="${WINEDEBUG:--all}" WINEDLLOVERRIDES="winedbg.exe,winemenubuilder.exe="
export DOTNET_EnableDiagnostics=0 DOTNET_EnableWriteXorExecute=0
unset DISPLAY WAYLAND_DISPLAY
# A test that looks at windows names its own X server.
[ -z "${RIG_DISPLAY:-}" ] || export DISPLAY="$RIG_DISPLAY"
