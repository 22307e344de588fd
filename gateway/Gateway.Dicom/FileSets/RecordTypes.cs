using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.FileSets;

/// <summary>Which kind of directory record an instance has, and with which keys beside its number (PS3.3 table F.4-1 and section F.5).</summary>
internal static class RecordTypes
{
    private static readonly Tag ContentDate = new(0x0008, 0x0023);
    private static readonly Tag ContentTime = new(0x0008, 0x0033);
    private static readonly Tag ConceptName = new(0x0040, 0xA043);
    private static readonly Tag ContentLabel = new(0x0070, 0x0080);
    private static readonly Tag ContentDescription = new(0x0070, 0x0081);

    // By the beginning of what follows the storage arc; the longer ones first.
    private static readonly (string Arc, string Type, Tag[] Keys)[] Types =
    [
        ("88.59", "KEY OBJECT DOC", [ContentDate, ContentTime, ConceptName]),
        ("88.", "SR DOCUMENT", [ContentDate, ContentTime, ConceptName, new(0x0040, 0xA491), new(0x0040, 0xA493), new(0x0040, 0xA032)]),
        ("104.", "ENCAP DOC", [ContentDate, ContentTime, ConceptName, new(0x0042, 0x0010), new(0x0042, 0x0012), new(0x0040, 0xE001)]),
        ("11.", "PRESENTATION", [ContentLabel, ContentDescription, new(0x0070, 0x0082), new(0x0070, 0x0083), new(0x0070, 0x0084)]),
        ("9.", "WAVEFORM", [ContentDate, ContentTime]),
        ("4.2", "SPECTROSCOPY", [ContentDate, ContentTime, new(0x0008, 0x0008), new(0x0028, 0x0008), new(0x0028, 0x0010), new(0x0028, 0x0011), new(0x0028, 0x9001)]),
        ("66.1", "REGISTRATION", [ContentDate, ContentTime, ContentLabel, ContentDescription]),
        ("66.2", "FIDUCIAL", [ContentDate, ContentTime, ContentLabel, ContentDescription]),
        ("66.3", "REGISTRATION", [ContentDate, ContentTime, ContentLabel, ContentDescription]),
        ("67", "VALUE MAP", [ContentDate, ContentTime, ContentLabel, ContentDescription]),
        ("481.2", "RT DOSE", [new(0x3004, 0x000A), new(0x3004, 0x0006)]),
        ("481.3", "RT STRUCTURE SET", [new(0x3006, 0x0002), new(0x3006, 0x0008), new(0x3006, 0x0009)]),
        ("481.5", "RT PLAN", [new(0x300A, 0x0002), new(0x300A, 0x0006), new(0x300A, 0x0007)]),
        ("481.8", "RT PLAN", [new(0x300A, 0x0002), new(0x300A, 0x0006), new(0x300A, 0x0007)]),
    ];

    private static readonly string[] TreatmentRecords = ["481.4", "481.6", "481.7", "481.9"];

    /// <summary>The type of a class's records, and their keys: those of them that an instance has. What is none of the others is an image.</summary>
    public static (string Type, IReadOnlyList<Tag> Keys) Of(Uid sopClass)
    {
        if (!sopClass.Value.StartsWith(SopClasses.StorageArc, StringComparison.Ordinal))
            return ("IMAGE", []);
        var arc = sopClass.Value[SopClasses.StorageArc.Length..];
        if (arc == "66")
            return ("RAW DATA", [ContentDate, ContentTime]);
        if (TreatmentRecords.Contains(arc))
            return ("RT TREAT RECORD", [new(0x3008, 0x0250), new(0x3008, 0x0251)]);
        var (_, type, keys) = Types.FirstOrDefault(one => one.Arc.EndsWith('.') ? arc.StartsWith(one.Arc, StringComparison.Ordinal) : arc == one.Arc);
        return type is null ? ("IMAGE", []) : (type, keys);
    }
}
