namespace Gateway.Service.Auditing;

/// <summary>A coded value of an audit message.</summary>
/// <param name="Code">The code.</param>
/// <param name="System">The coding system.</param>
/// <param name="Meaning">What it means, in the words of the coding system.</param>
internal sealed record AuditCode(string Code, string System, string Meaning)
{
    // Events (PS3.15 section A.5.3; the values stand in PS3.16 annex D).
    public static AuditCode ApplicationActivity { get; } = Dicom("110100", "Application Activity");

    public static AuditCode BeginTransferring { get; } = Dicom("110102", "Begin Transferring DICOM Instances");

    public static AuditCode InstancesTransferred { get; } = Dicom("110104", "DICOM Instances Transferred");

    public static AuditCode SecurityAlert { get; } = Dicom("110113", "Security Alert");

    // Their types.
    public static AuditCode ApplicationStart { get; } = Dicom("110120", "Application Start");

    public static AuditCode ApplicationStop { get; } = Dicom("110121", "Application Stop");

    public static AuditCode NodeAuthentication { get; } = Dicom("110126", "Node Authentication");

    // Roles of participants.
    public static AuditCode Application { get; } = Dicom("110150", "Application");

    public static AuditCode Destination { get; } = Dicom("110152", "Destination Role ID");

    public static AuditCode Source { get; } = Dicom("110153", "Source Role ID");

    // Kinds of ids of objects.
    public static AuditCode StudyInstanceUid { get; } = Dicom("110180", "Study Instance UID");

    public static AuditCode NodeId { get; } = Dicom("110182", "Node ID");

    public static AuditCode PatientNumber { get; } = new("2", "RFC-3881", "Patient Number");

    private static AuditCode Dicom(string code, string meaning) => new(code, "DCM", meaning);
}
