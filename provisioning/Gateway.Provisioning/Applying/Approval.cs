using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Planning;

namespace Gateway.Provisioning.Applying;

/// <summary>Holds an apply to the plan that somebody approved: it does what the plan said, or nothing.</summary>
internal static class Approval
{
    private const string Mend = "Make a new plan and look at it: gwctl plan --out plan.json.";

    /// <summary>The plan is whole, and machine, product and manifest are those that it was made for.</summary>
    public static void CheckOrigin(Plan approved, Plan now)
    {
        if (approved.Fingerprint != approved.ComputeFingerprint())
            throw new RefusedException(Diagnostic.Error("GW3005", "The plan was changed after it was made: its fingerprint is not that of what it says.", Mend));
        if (approved.Manifest != now.Manifest)
            throw new RefusedException(Diagnostic.Error("GW3002", "The plan was made from another manifest.", Mend));
        if (approved.Machine != now.Machine || approved.IsRehearsal != now.IsRehearsal)
            throw new RefusedException(Diagnostic.Error("GW3006", $"The plan was made for {Show(approved)}; this is {Show(now)}.", Mend));
        if (approved.Product != now.Product)
            throw new RefusedException(Diagnostic.Error("GW3007", $"The plan was made by version {approved.Product} of the product; this is {now.Product}.", Mend));
    }

    /// <summary>The machine is as it was when the plan was made.</summary>
    public static void CheckUnmoved(Plan approved, Plan now)
    {
        if (approved.Fingerprint == now.Fingerprint)
            return;
        var before = approved.Changes.ToDictionary(c => c.Address);
        throw Moved(now.Changes.Where(c => !before.TryGetValue(c.Address, out var was) || !Same(was, c)).Select(c => c.Resource.Text)
            .Concat(approved.Changes.Where(c => now.Changes.All(n => n.Address != c.Address)).Select(c => c.Resource.Text))
            .Concat(now.ReliedOn.Except(approved.ReliedOn).Select(r => $"{r.Control} is {r.Verdict} now")));
    }

    /// <summary>What is left to do is no more than what was approved.</summary>
    /// <param name="approved">The approved plan.</param>
    /// <param name="now">What is left.</param>
    /// <param name="resuming">Whether an earlier apply of this plan has begun: then its own half-done work is no move of the machine.</param>
    public static void CheckSubset(Plan approved, Plan now, bool resuming)
    {
        var allowed = approved.Changes.ToDictionary(c => c.Address);
        var more = now.Changes.Where(c => !allowed.TryGetValue(c.Address, out var was) || !(resuming ? was.After == c.After : Same(was, c))).Select(c => c.Resource.Text).ToList();
        if (more.Count > 0)
            throw Moved(more);
    }

    /// <summary>A value moved between the plan and its change.</summary>
    public static RefusedException Moved(IEnumerable<string> what) =>
        new(Diagnostic.Error("GW3003", $"The machine moved since the plan was made: {string.Join(", ", what.Distinct())}.", Mend));

    private static bool Same(Change was, Change now) => was.Action == now.Action && was.Before == now.Before && was.After == now.After;

    private static string Show(Plan plan) => plan.IsRehearsal ? $"the rehearsed machine {plan.Machine}" : plan.Machine;
}
