using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Registry;

/// <summary>The SOP classes that a storage provider speaks of (PS3.4 annexes A and B).</summary>
public static class SopClasses
{
    private const string StoragePrefix = "1.2.840.10008.5.1.4.1.1.";
    private const string DicomRoot = "1.2.840.10008.";

    /// <summary>Verification, which C-ECHO uses (PS3.4 annex A).</summary>
    public static Uid Verification { get; } = Uid.Parse("1.2.840.10008.1.1");

    /// <summary>CT Image Storage.</summary>
    public static Uid CtImageStorage { get; } = Uid.Parse(StoragePrefix + "2");

    /// <summary>
    /// Whether the class is a storage class of PS3.4 section B.5 (with those of GG.3, non-patient objects): all under the storage
    /// arc, so that a class registered next year passes too, and the few that stand outside it.
    /// </summary>
    public static bool IsStorage(Uid sopClass) =>
        sopClass.Value.StartsWith(StoragePrefix, StringComparison.Ordinal) || sopClass.Value is
            "1.2.840.10008.5.1.4.34.7" // RT Beams Delivery Instruction Storage
            or "1.2.840.10008.5.1.4.34.10" // RT Brachy Application Setup Delivery Instruction Storage
            or "1.2.840.10008.5.1.4.34.1" // RT Beams Delivery Instruction Storage, trial (retired)
            or "1.2.840.10008.5.1.4.38.1" // Hanging Protocol Storage
            or "1.2.840.10008.5.1.4.39.1" // Color Palette Storage
            or "1.2.840.10008.5.1.4.43.1" // Generic Implant Template Storage
            or "1.2.840.10008.5.1.4.44.1" // Implant Assembly Template Storage
            or "1.2.840.10008.5.1.4.45.1" // Implant Template Group Storage
            or "1.2.840.10008.5.1.1.27" // Stored Print Storage (retired)
            or "1.2.840.10008.5.1.1.29" // Hardcopy Grayscale Image Storage (retired)
            or "1.2.840.10008.5.1.1.30"; // Hardcopy Color Image Storage (retired)

    /// <summary>
    /// Whether the UID is outside DICOM's own arc: a manufacturer's private class (PS3.2 names them in conformance statements).
    /// </summary>
    public static bool IsPrivate(Uid sopClass) => !sopClass.Value.StartsWith(DicomRoot, StringComparison.Ordinal);
}
