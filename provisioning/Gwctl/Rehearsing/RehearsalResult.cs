namespace Gwctl.Rehearsing;

/// <summary>How a rehearsal ended, and where what it made can be found.</summary>
/// <param name="Passed">Whether every step did what it should.</param>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Root">The rehearsal's directory.</param>
/// <param name="AeTitle">The gateway's AE title.</param>
/// <param name="DicomPort">Its DICOM port, on loopback.</param>
/// <param name="Health">Its health address.</param>
/// <param name="Spool">The folder that holds what it received.</param>
/// <param name="Report">The report's HTML.</param>
/// <param name="ReportJson">The report's canonical JSON.</param>
/// <param name="Steps">What was done, in order.</param>
internal sealed record RehearsalResult(
    bool Passed, int ExitCode, string Root, string AeTitle, int DicomPort, string Health, string Spool, string? Report, string? ReportJson, IReadOnlyList<RehearsalStep> Steps);

/// <summary>One step of a rehearsal.</summary>
/// <param name="Name">The step.</param>
/// <param name="Passed">Whether it did what it should.</param>
/// <param name="Detail">What it found.</param>
internal sealed record RehearsalStep(string Name, bool Passed, string Detail);
