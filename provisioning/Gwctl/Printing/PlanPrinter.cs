using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Planning;
using Spectre.Console;

namespace Gwctl.Printing;

/// <summary>A plan for a person: one block per change, old and new below each other.</summary>
internal static class PlanPrinter
{
    public static void Print(Output output, Plan plan)
    {
        foreach (var change in plan.Changes)
        {
            var (sign, color) = change.Action switch
            {
                ChangeAction.Create => ("+", Color.Green),
                ChangeAction.Remove => ("-", Color.Red),
                ChangeAction.Restart => ("!", Color.Yellow),
                _ => ("~", Color.Yellow),
            };
            var controls = change.Controls.Count == 0 ? "" : $"  [{string.Join(" ", change.Controls)}]";
            output.Line($"{sign} {change.Resource}  {Cause(change)}{controls}{(change.How.Source == Source.Modelled ? "  (modelled)" : "")}", color);
            output.Line($"    {change.Expected}");
            if (change.OnlyIf is { } condition)
                output.Line($"    looked at again when its turn comes; {condition}");
            if (change.Note is { } note)
                output.Line($"    {note}");
            if (change.Action != ChangeAction.Create)
                PrintProperties(output, change);
        }

        foreach (var left in plan.NotPlanned)
            output.Line($"? {left.Resource}  not planned: {left.Why}", Color.Grey);
        output.Line(plan.Changes.Count == 0
            ? $"nothing to change: {plan.Holding} resources hold"
            : $"{Count(plan)}, {plan.Holding} hold{(plan.NotPlanned.Count == 0 ? "" : $", {plan.NotPlanned.Count} not planned")}; plan {plan.Fingerprint.Text[..12]}");
    }

    /// <summary>How many changes a plan has; those that are looked at again when their turn comes are counted apart, because apply may find them needless.</summary>
    public static string Count(Plan plan)
    {
        var perhaps = plan.Changes.Count(change => change.OnlyIf is not null);
        return $"{plan.Changes.Count - perhaps} to change{(perhaps == 0 ? "" : $", {perhaps} perhaps")}";
    }

    private static void PrintProperties(Output output, Change change)
    {
        foreach (var property in change.Properties)
        {
            var before = (property.Before ?? "").Split('\n');
            var after = (property.After ?? "").Split('\n');
            if (before.Length == 1 && after.Length == 1)
            {
                output.Line($"    {property.Name}: {property.Before ?? "absent"} -> {property.After ?? "absent"}");
                continue;
            }

            output.Line($"    {property.Name}:");
            foreach (var line in before.Except(after))
                output.Line($"      - {line.TrimEnd('\r')}", Color.Red);
            foreach (var line in after.Except(before))
                output.Line($"      + {line.TrimEnd('\r')}", Color.Green);
        }
    }

    private static string Cause(Change change) => change.Cause switch
    {
        ChangeCause.MachineMoved => "drift: the machine moved",
        ChangeCause.InputMoved => "input: a name has other addresses",
        ChangeCause.ManifestMoved => change.Action == ChangeAction.Restart ? "restart: what it runs on changes" : "intent: the manifest moved",
        _ => "new",
    };
}
