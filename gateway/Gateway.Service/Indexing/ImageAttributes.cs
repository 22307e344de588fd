using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Service.Indexing;

/// <summary>What the index and the routes know of an instance's header. It holds patient data: it goes into no log.</summary>
internal sealed record ImageAttributes
{
    private static readonly Tag StudyDateTag = new(0x0008, 0x0020);
    private static readonly Tag StudyTimeTag = new(0x0008, 0x0030);
    private static readonly Tag AccessionTag = new(0x0008, 0x0050);
    private static readonly Tag ModalityTag = new(0x0008, 0x0060);
    private static readonly Tag StudyDescriptionTag = new(0x0008, 0x1030);
    private static readonly Tag SeriesDescriptionTag = new(0x0008, 0x103E);
    private static readonly Tag PatientNameTag = new(0x0010, 0x0010);
    private static readonly Tag PatientIdTag = new(0x0010, 0x0020);
    private static readonly Tag BodyPartTag = new(0x0018, 0x0015);
    private static readonly Tag RequestedPriorityTag = new(0x0040, 0x1003);

    /// <summary>The attributes that are asked for when a data set is read.</summary>
    public static IReadOnlySet<Tag> Wanted { get; } = new HashSet<Tag>
    {
        StudyDateTag, StudyTimeTag, AccessionTag, ModalityTag, StudyDescriptionTag, SeriesDescriptionTag, PatientNameTag, PatientIdTag, BodyPartTag,
        RequestedPriorityTag,
    };

    /// <summary>Study Instance UID (0020,000D); empty where there is none.</summary>
    public required string Study { get; init; }

    /// <summary>Series Instance UID (0020,000E); empty where there is none.</summary>
    public required string Series { get; init; }

    /// <summary>Study Date (0008,0020).</summary>
    public string StudyDate { get; init; } = "";

    /// <summary>Study Time (0008,0030).</summary>
    public string StudyTime { get; init; } = "";

    /// <summary>Accession Number (0008,0050).</summary>
    public string Accession { get; init; } = "";

    /// <summary>Modality (0008,0060).</summary>
    public string Modality { get; init; } = "";

    /// <summary>Study Description (0008,1030).</summary>
    public string StudyDescription { get; init; } = "";

    /// <summary>Series Description (0008,103E).</summary>
    public string SeriesDescription { get; init; } = "";

    /// <summary>Patient's Name (0010,0010).</summary>
    public string PatientName { get; init; } = "";

    /// <summary>Patient ID (0010,0020).</summary>
    public string PatientId { get; init; } = "";

    /// <summary>Body Part Examined (0018,0015).</summary>
    public string BodyPart { get; init; } = "";

    /// <summary>Requested Procedure Priority (0040,1003): STAT is an emergency.</summary>
    public string RequestedPriority { get; init; } = "";

    /// <summary>Takes them from what was read.</summary>
    /// <param name="summary">What was read, with <see cref="Wanted"/>.</param>
    public static ImageAttributes Of(DataSetSummary summary) => new()
    {
        Study = summary.StudyInstanceUid?.Value ?? "",
        Series = summary.SeriesInstanceUid?.Value ?? "",
        StudyDate = summary.Text(StudyDateTag) ?? "",
        StudyTime = summary.Text(StudyTimeTag) ?? "",
        Accession = summary.Text(AccessionTag) ?? "",
        Modality = summary.Text(ModalityTag) ?? "",
        StudyDescription = summary.Text(StudyDescriptionTag) ?? "",
        SeriesDescription = summary.Text(SeriesDescriptionTag) ?? "",
        PatientName = summary.Text(PatientNameTag) ?? "",
        PatientId = summary.Text(PatientIdTag) ?? "",
        BodyPart = summary.Text(BodyPartTag) ?? "",
        RequestedPriority = summary.Text(RequestedPriorityTag) ?? "",
    };

    /// <summary>Keeps patient data out of every log that it might be given to.</summary>
    public override string ToString() => nameof(ImageAttributes);
}
