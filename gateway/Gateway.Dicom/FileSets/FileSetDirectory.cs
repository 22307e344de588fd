using System.Buffers.Binary;
using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.FileSets;

/// <summary>
/// The directory of a file-set, DICOMDIR (PS3.3 annex F, PS3.10 section 8.6): patients, their studies, the series in them, and the instances with their
/// files. Its keys are those of the instances, byte for byte; one that an instance lacks is empty, for nothing is invented.
/// </summary>
public sealed class FileSetDirectory
{
    /// <summary>The name of the directory's file.</summary>
    public const string FileName = "DICOMDIR";

    private const int ItemHeaderBytes = 8;

    private static readonly Uid StorageDirectory = Uid.Parse("1.2.840.10008.1.3.10");
    private static readonly Tag RecordSequence = new(0x0004, 0x1220);
    private static readonly Tag NextRecord = new(0x0004, 0x1400);
    private static readonly Tag LowerRecord = new(0x0004, 0x1420);
    private static readonly Tag PatientId = new(0x0010, 0x0020);

    // Type 1 and 2 of PS3.3 tables F.5-1 to F.5-3.
    private static readonly Tag[] OfPatient = [new(0x0010, 0x0010), PatientId];
    private static readonly Tag[] OfStudy = [new(0x0008, 0x0020), new(0x0008, 0x0030), new(0x0008, 0x0050), new(0x0008, 0x1030), Tag.StudyInstanceUid, new(0x0020, 0x0010)];
    private static readonly Tag[] OfSeries = [new(0x0008, 0x0060), Tag.SeriesInstanceUid, new(0x0020, 0x0011)];

    private readonly List<Entry> patients = [];

    /// <summary>Enters an instance.</summary>
    /// <param name="meta">What stands before its data set.</param>
    /// <param name="set">Its data set; only what is in memory of it is taken. Empty where nobody can read it.</param>
    /// <param name="fileId">The components of its file's name: at most 8, each of 1 to 8 capitals, digits and underscores (PS3.10 section 8.5).</param>
    public void Add(FileMetaInformation meta, DataSet set, IReadOnlyList<string> fileId)
    {
        var patient = Below(patients, "PATIENT", Key(set, PatientId), set, OfPatient);
        var study = Below(patient.Lower, "STUDY", Key(set, Tag.StudyInstanceUid), set, OfStudy);
        var series = Below(study.Lower, "SERIES", Key(set, Tag.SeriesInstanceUid), set, OfSeries);
        var (type, keys) = RecordTypes.Of(meta.SopClass);
        series.Lower.Add(new Entry(meta.SopInstance.Value, new DataSet(
        [
            .. Common(type, set, [new Tag(0x0020, 0x0013)]),
            .. keys.Select(set.Find).OfType<DataElement>().Where(element => element.Value is not BytesValue { IsLoaded: false }),
            Ascii(new Tag(0x0004, 0x1500), string.Join('\\', fileId)),
            DataElement.OfIdentifier(new Tag(0x0004, 0x1510), meta.SopClass),
            DataElement.OfIdentifier(new Tag(0x0004, 0x1511), meta.SopInstance),
            DataElement.OfIdentifier(new Tag(0x0004, 0x1512), meta.TransferSyntax.Uid),
        ])));
    }

    /// <summary>Writes the directory as a DICOM file, in explicit VR little endian.</summary>
    /// <param name="instance">Its SOP instance UID.</param>
    /// <param name="output">Is given the whole file; left open.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="IOException">The output fails.</exception>
    public void Write(Uid instance, Stream output, CancellationToken cancellation)
    {
        var meta = new FileMetaInformation(StorageDirectory, instance, TransferSyntax.ExplicitVrLittleEndian);
        var all = patients.SelectMany(InOrder).ToList();
        long place = meta.ToBytes().Length + SizeOf(Root(0, 0, []), cancellation);
        foreach (var entry in all)
        {
            entry.Offset = (uint)place;
            place += ItemHeaderBytes + SizeOf(entry.Record(0), cancellation);
        }

        var records = Records(patients);
        DicomFile.Write(output, meta, Root(patients[0].Offset, patients[^1].Offset, records), GroupLengths.Drop, cancellation);
    }

    private static IEnumerable<Entry> InOrder(Entry entry) => entry.Lower.SelectMany(InOrder).Prepend(entry);

    private static List<DataSet> Records(List<Entry> level) =>
        [.. level.SelectMany((entry, index) => Records(entry.Lower).Prepend(entry.Record(index + 1 < level.Count ? level[index + 1].Offset : 0)))];

    private static long SizeOf(DataSet set, CancellationToken cancellation)
    {
        using var counted = new MemoryStream();
        set.WriteTo(counted, TransferSyntax.ExplicitVrLittleEndian, GroupLengths.Drop, cancellation);
        return counted.Length;
    }

    private static DataSet Root(uint first, uint last, IEnumerable<DataSet> records) => new(
    [
        Ascii(new Tag(0x0004, 0x1130), ""), // File-set ID
        Number(new Tag(0x0004, 0x1200), first),
        Number(new Tag(0x0004, 0x1202), last),
        new DataElement(new Tag(0x0004, 0x1212), ValueRepresentation.Of("US"), new BytesValue(new byte[2])), // no known inconsistencies
        DataElement.OfItems(RecordSequence, records),
    ]);

    private static Entry Below(List<Entry> level, string type, string key, DataSet set, Tag[] keys)
    {
        var entry = level.Find(one => one.Key == key);
        if (entry is null)
            level.Add(entry = new Entry(key, new DataSet(Common(type, set, keys))));
        return entry;
    }

    private static IEnumerable<DataElement> Common(string type, DataSet set, IEnumerable<Tag> keys) =>
    [
        new DataElement(new Tag(0x0004, 0x1410), ValueRepresentation.Of("US"), new BytesValue(new byte[] { 0xFF, 0xFF })), // in use
        Ascii(new Tag(0x0004, 0x1430), type),
        .. set.Find(Tag.SpecificCharacterSet) is { } characters ? new[] { characters } : [],
        .. keys.Select(tag => set.Find(tag) is { Value: BytesValue { IsLoaded: true } value } ? DataElement.OfText(tag, DataDictionary.RepresentationOf(tag), value.ToMemory().Span) : Ascii(tag, "")),
    ];

    private static string Key(DataSet set, Tag tag) => set.Text(tag) ?? "";

    private static DataElement Ascii(Tag tag, string text) => DataElement.OfText(tag, DataDictionary.RepresentationOf(tag), Encoding.ASCII.GetBytes(text));

    private static DataElement Number(Tag tag, uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return new DataElement(tag, ValueRepresentation.UnsignedLong, new BytesValue(bytes));
    }

    // A record, and those beneath it. Its offset in the file is known once all before it are.
    private sealed class Entry(string key, DataSet keys)
    {
        public string Key => key;

        public List<Entry> Lower { get; } = [];

        public uint Offset { get; set; }

        public DataSet Record(uint next) => keys.With(Number(NextRecord, next)).With(Number(LowerRecord, Lower.Count > 0 ? Lower[0].Offset : 0));
    }
}
