using System.CommandLine;
using Gateway.Provisioning.Planning;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Observes again and says what holds.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "verify",
            """
            Observe the machine again: 0 it holds, 2 it differs, 3 a requirement is not met, 4 it holds but waits for a restart.

            Example:
              gwctl verify appliance.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var assessment = await session.AssessAsync(cancel);
            if (session.Output.IsJson)
            {
                Output.Json(new { holds = CodeOf(assessment) is ExitCode.Holds or ExitCode.RestartNeeded, machine = session.Machine.Name, isRehearsal = session.Machine.IsRehearsal, assessment.Plan.Changes, controls = assessment.Verdicts.Select(VerdictView.Of), kinds = KindView.Of(assessment) });
            }
            else
            {
                VerdictPrinter.Print(session.Output, assessment.Verdicts, $"verification of {session.Machine.Name}");
                VerdictPrinter.PrintFailures(session.Output, assessment.FailingWithoutControl);
                PlanPrinter.Print(session.Output, assessment.Plan);
            }

            return (int)CodeOf(assessment);
        });
        return command;
    }

    /// <summary>The exit code of an assessment: what apply cannot mend weighs more than what it can; what nobody could look at is not said to hold.</summary>
    public static ExitCode CodeOf(Assessment assessment) =>
        assessment.BeyondApply.Any() || assessment.FailingWithoutControl.Any() ? ExitCode.NotMet
        : assessment.Plan.Changes.Count > 0 || assessment.Unknown.Any() ? ExitCode.Differs
        : assessment.RestartPending ? ExitCode.RestartNeeded
        : ExitCode.Holds;
}
