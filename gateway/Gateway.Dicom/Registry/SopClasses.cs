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

    /// <summary>Encapsulated PDF Storage.</summary>
    public static Uid EncapsulatedPdfStorage { get; } = Uid.Parse(StoragePrefix + "104.1");

    /// <summary>Storage Commitment Push Model (PS3.4 annex J.3).</summary>
    public static Uid StorageCommitment { get; } = Uid.Parse("1.2.840.10008.1.20.1");

    /// <summary>The one instance of Storage Commitment Push Model, well known (PS3.4 section J.3.5).</summary>
    public static Uid StorageCommitmentInstance { get; } = Uid.Parse("1.2.840.10008.1.20.1.1");

    /// <summary>The arc under which storage classes are registered, with a dot behind it.</summary>
    public const string StorageArc = StoragePrefix;

    /// <summary>The storage classes of PS3.4 sections B.5 and GG.3 that stand outside the storage arc, with their names (PS3.6 annex A).</summary>
    public static IReadOnlyDictionary<string, string> StorageOutsideArc { get; } = new Dictionary<string, string>
    {
        ["1.2.840.10008.5.1.4.34.7"] = "RT Beams Delivery Instruction Storage",
        ["1.2.840.10008.5.1.4.34.10"] = "RT Brachy Application Setup Delivery Instruction Storage",
        ["1.2.840.10008.5.1.4.34.1"] = "RT Beams Delivery Instruction Storage, trial (retired)",
        ["1.2.840.10008.5.1.4.38.1"] = "Hanging Protocol Storage",
        ["1.2.840.10008.5.1.4.39.1"] = "Color Palette Storage",
        ["1.2.840.10008.5.1.4.43.1"] = "Generic Implant Template Storage",
        ["1.2.840.10008.5.1.4.44.1"] = "Implant Assembly Template Storage",
        ["1.2.840.10008.5.1.4.45.1"] = "Implant Template Group Storage",
        ["1.2.840.10008.5.1.1.27"] = "Stored Print Storage (retired)",
        ["1.2.840.10008.5.1.1.29"] = "Hardcopy Grayscale Image Storage (retired)",
        ["1.2.840.10008.5.1.1.30"] = "Hardcopy Color Image Storage (retired)",
    };

    /// <summary>
    /// Whether the class is a storage class of PS3.4 section B.5 (with those of GG.3, non-patient objects): all under the storage
    /// arc, so that a class registered next year passes too, and the few that stand outside it.
    /// </summary>
    public static bool IsStorage(Uid sopClass) =>
        sopClass.Value.StartsWith(StoragePrefix, StringComparison.Ordinal) || StorageOutsideArc.ContainsKey(sopClass.Value);

    /// <summary>
    /// Whether the UID is outside DICOM's own arc: a manufacturer's private class (PS3.2 names them in conformance statements).
    /// </summary>
    public static bool IsPrivate(Uid sopClass) => !sopClass.Value.StartsWith(DicomRoot, StringComparison.Ordinal);
}
