// A value set of the Defender module, under the type name that the table of parameters has (CDXML generates it on Windows).
// Names and numbers: "Add method of the MSFT_MpPreference class", Microsoft Learn.
#pragma warning disable CA1008, CA1028 // numbers and widths are Windows' own
#pragma warning disable IDE0130 // so is the namespace

namespace Microsoft.PowerShell.Cmdletization.GeneratedTypes.MpPreference;

public enum ThreatAction : byte
{
    Clean = 1,
    Quarantine = 2,
    Remove = 3,
    Allow = 6,
    UserDefined = 8,
    NoAction = 9,
    Block = 10,
}
