namespace Gwctl.Serving;

/// <summary>Where the registry says where the machine stands: <c>pending</c>, <c>verified</c> or <c>failed</c>.</summary>
internal static class ProvisioningState
{
    /// <summary>The key below HKEY_LOCAL_MACHINE.</summary>
    public const string Key = @"SOFTWARE\VISUS\DICOM-Mail Gateway";

    /// <summary>The value.</summary>
    public const string Name = "State";
}
