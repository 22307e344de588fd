using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Planning;
using Spectre.Console;

namespace Gwctl.Printing;

/// <summary>How an apply or a rollback ended.</summary>
internal static class ResultPrinter
{
    public static void Print(Output output, RunEnd result)
    {
        var left = result.Left ?? [];
        if (output.IsJson)
        {
            Output.Json(new { result.Outcome, result.Run, result.Changed, result.RestartNeeded, left, result.Diagnostics });
            return;
        }

        output.Complain(result.Diagnostics);
        var (text, color) = result.Outcome switch
        {
            ApplyOutcome.Applied when result.Run is null => ("nothing to change", Color.Green),
            ApplyOutcome.Applied => ($"applied: {result.Changed} changes, run {result.Run}", Color.Green),
            ApplyOutcome.RolledBack => ($"rolled back: {result.Changed} changes, run {result.Run}", Color.Green),
            ApplyOutcome.Refused => ("refused: a requirement is not met; nothing was changed", Color.Red),
            ApplyOutcome.Reverted => ($"failed, and everything was taken back: {result.Changed} changes, run {result.Run}", Color.Red),
            _ => ($"failed; the run {result.Run} stays open", Color.Red),
        };
        output.Line(text, color);
        if (result.Left is not null)
            output.Line(left.Count == 0 ? "the manifest holds" : "the manifest does not hold whole:", left.Count == 0 ? Color.Green : Color.Yellow);
        foreach (var one in left)
            output.Line($"  {one}", Color.Yellow);
        if (result.RestartNeeded)
            output.Line("Windows waits for a restart; the product asks for it and never takes it.", Color.Yellow);
    }

    /// <summary>Why a machine is not as its manifest says, reason by reason.</summary>
    public static IEnumerable<string> Left(Assessment after) =>
    [
        .. after.BeyondApply.Select(v => $"{v.Control.Id} is not met: {v.Control.English}"),
        .. after.FailingWithoutControl.Select(o => $"{o.Resource}: expected {o.Expected}, found {o.Observed}"),
        .. after.Plan.Changes.Select(c => $"{c.Resource} differs"),
        .. after.Unknown.Select(n => $"{n.Resource} could not be looked at: {n.Why}"),
    ];
}
