using System.CommandLine;
using Gateway.Provisioning.Checking;
using Gwctl.Doctoring;
using Gwctl.Logs;
using Gwctl.Printing;
using Spectre.Console;

namespace Gwctl.Commands;

/// <summary>Says what is wrong and what to do next.</summary>
internal static class DoctorCommand
{
    private static readonly Option<string?> Bundle = new("--bundle") { Description = "Write an archive for those who help the site to this file (ZIP): no secret, no patient, no user.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "doctor",
            """
            Say on one page what is wrong with the machine and what to do next: its runs, its requirements, the gateway, its queues and dead letters, its log. The manifest is that of the last
            apply; where there was none, the one that is named. Changes nothing. 0 nothing is wrong, 2 something should be looked at, 3 something must be.

            Example:
              gwctl doctor --bundle support.zip
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Bundle, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var root = parsed.GetValue(Inputs.Root);
            await using var session = Session.OpenKept(root) ?? Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var output = Output.Of(parsed);
            var (log, words) = (LogFolder.Of(session.Appliance, root), new OwnWords(session.Appliance));
            var seen = await new Doctor(session, log, words, root, TimeProvider.System).ExamineAsync(cancel);
            var bundle = parsed.GetValue(Bundle) is { } file ? Path.GetFullPath(file) : null;
            if (bundle is not null)
                await File.WriteAllBytesAsync(bundle, new SupportArchive(log, words).Of(seen), cancel);
            if (output.IsJson)
                Output.Json(new { machine = session.Machine.Name, isRehearsal = session.Machine.IsRehearsal, seen.At, findings = seen.Findings.Select(one => new { one.State, one.About, one.What, one.Next }), bundle });
            else
                Print(output, $"{session.Machine.Name}{(session.Machine.IsRehearsal ? " (rehearsal)" : "")}, {seen.At:yyyy-MM-dd HH:mm} UTC", seen.Findings, bundle);
            return (int)(seen.Findings is [] ? ExitCode.Holds : seen.Findings[0].State == CheckState.Critical ? ExitCode.NotMet : ExitCode.Differs);
        });
        return command;
    }

    private static void Print(Output output, string title, IReadOnlyList<Finding> findings, string? bundle)
    {
        output.Line(title);
        foreach (var finding in findings)
        {
            output.Line($"\n{finding.State.ToString().ToLowerInvariant(),-8}  {finding.About}", finding.State switch { CheckState.Critical => Color.Red, CheckState.Warning => Color.Yellow, _ => Color.Grey });
            output.Line($"          {finding.What}");
            output.Line($"          next: {finding.Next}");
        }

        output.Line(findings.Count == 0 ? "nothing is wrong" : $"\n{findings.Count} findings, the gravest first", findings.Count == 0 ? Color.Green : Color.Default);
        if (bundle is not null)
            output.Line($"{bundle}: what is in it, and what was left out, its README.txt tells");
    }
}
