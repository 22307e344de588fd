using System.CommandLine;
using Gateway.Provisioning.Reporting;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Writes the compliance report.</summary>
internal static class ReportCommand
{
    private static readonly Option<string?> Out = new("--out") { Description = "The folder; the state root's reports folder by default.", HelpName = "DIR" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "report",
            """
            Observe the machine and write the compliance report: canonical JSON, and HTML in German and English.

            Example:
              gwctl report appliance.json --out reports
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, Out, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var assessment = await session.AssessAsync(cancel);
            var folder = parsed.GetValue(Out);
            if (folder is null)
            {
                session.Machine.EnsureStateRoot();
                folder = session.ReportsFolder;
            }

            var checks = await MonitoredMachine.BesideReportAsync(session, cancel);
            var written = ReportFiles.Write(folder, session.Appliance, assessment, checks, session.JournalHead());
            if (session.Output.IsJson)
                Output.Json(written);
            else
                session.Output.Line($"{written.Html}\n{written.Json}\nSHA-256 {written.Sha256}");
            return (int)VerifyCommand.CodeOf(assessment);
        });
        return command;
    }
}
