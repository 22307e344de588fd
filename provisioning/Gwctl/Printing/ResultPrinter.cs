using Gateway.Provisioning.Applying;
using Spectre.Console;

namespace Gwctl.Printing;

/// <summary>How an apply or a rollback ended.</summary>
internal static class ResultPrinter
{
    public static void Print(Output output, ApplyResult result, bool restart)
    {
        if (output.IsJson)
        {
            Output.Json(new { result.Outcome, result.Run, result.Changed, restartNeeded = restart, result.Diagnostics });
            return;
        }

        output.Complain(result.Diagnostics);
        var (text, color) = result.Outcome switch
        {
            ApplyOutcome.Applied when result.Run is null => ("nothing to change: the manifest holds", Color.Green),
            ApplyOutcome.Applied => ($"applied: {result.Changed} changes, run {result.Run}", Color.Green),
            ApplyOutcome.RolledBack => ($"rolled back: {result.Changed} changes, run {result.Run}", Color.Green),
            ApplyOutcome.Refused => ("refused: a requirement is not met; nothing was changed", Color.Red),
            ApplyOutcome.Reverted => ($"failed, and everything was taken back: {result.Changed} changes, run {result.Run}", Color.Red),
            _ => ($"failed; the run {result.Run} stays open", Color.Red),
        };
        output.Line(text, color);
        if (restart)
            output.Line("Windows waits for a restart; the product asks for it and never takes it.", Color.Yellow);
    }
}
