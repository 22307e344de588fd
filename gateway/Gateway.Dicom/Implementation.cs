using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom;

/// <summary>How this implementation names itself to peers and in files (PS3.7 annex D.3.3.2, PS3.10 section 7.1).</summary>
public static class Implementation
{
    /// <summary>The implementation class UID: a UUID made once for this product.</summary>
    public static Uid ClassUid { get; } = Uid.Parse("2.25.316274110281373394508921361635662829969");

    /// <summary>The implementation version name, at most 16 characters.</summary>
    public const string VersionName = "DICOMMAILGW_0_1";
}
