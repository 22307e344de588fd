// The value sets of the SmbShare module, under the type names that the table of parameters has (CDXML generates them on Windows).
// Names and numbers: "MSFT_SmbShare class", Microsoft Learn.
#pragma warning disable CA1008, CA1028, CA1027 // numbers and widths are Windows' own
#pragma warning disable IDE0130 // so is the namespace

namespace Microsoft.PowerShell.Cmdletization.GeneratedTypes.SmbShare;

public enum AvailabilityType : uint
{
    NonClustered = 0,
    Clustered = 1,
    ScaleOut = 2,
    CSV = 3,
    DFS = 4,
}

public enum CachingMode : uint
{
    None = 0,
    Manual = 1,
    Documents = 2,
    Programs = 3,
    BranchCache = 4,
    Unknown = 5,
}

public enum FolderEnumerationMode : uint
{
    AccessBased = 0,
    Unrestricted = 1,
}

public enum ShareState : uint
{
    Pending = 0,
    Online = 1,
    Offline = 2,
}

public enum ShareType : uint
{
    FileSystemDirectory = 0,
    PrintQueue = 1,
    CommunicationDevice = 2,
    InterprocessCommunication = 3,
    Unknown = 4,
}

public enum SmbInstance : uint
{
    Default = 0,
    CSV = 1,
    SBL = 2,
    SR = 3,
}
