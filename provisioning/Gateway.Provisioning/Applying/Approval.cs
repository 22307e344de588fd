using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Planning;

namespace Gateway.Provisioning.Applying;

/// <summary>Holds an apply to the plan that somebody approved: it does what the plan said, or nothing.</summary>
internal static class Approval
{
    /// <summary>The machine and the manifest are as they were when the plan was made.</summary>
    public static void Check(Plan approved, Plan now)
    {
        if (approved.Manifest != now.Manifest)
            throw new RefusedException(Diagnostic.Error("GW3002", "The plan was made from another manifest.", "Make a new plan from this manifest: gwctl plan --out plan.json."));
        if (approved.Fingerprint == now.Fingerprint)
            return;
        var before = approved.Changes.ToDictionary(c => c.Resource);
        var moved = now.Changes.Where(c => !before.TryGetValue(c.Resource, out var was) || was.Before != c.Before).Select(c => c.Resource)
            .Concat(approved.Changes.Select(c => c.Resource).Except(now.Changes.Select(c => c.Resource)))
            .Select(id => id.Text)
            .Concat(now.ReliedOn.Except(approved.ReliedOn).Select(r => $"{r.Control} is {r.Verdict} now"));
        throw new RefusedException(Diagnostic.Error("GW3003", $"The machine moved since the plan was made: {string.Join(", ", moved.Distinct())}.", "Make a new plan and look at it: gwctl plan --out plan.json."));
    }

    /// <summary>What is left to do, seen again under the lock, is no more than what was approved.</summary>
    public static void CheckSubset(Plan approved, Plan now)
    {
        var allowed = approved.Changes.Select(c => c.Resource).ToHashSet();
        var more = now.Changes.Select(c => c.Resource).Where(id => !allowed.Contains(id)).ToList();
        if (more.Count > 0)
            throw new RefusedException(Diagnostic.Error("GW3003", $"The machine moved since the plan was made: {string.Join(", ", more)}.", "Make a new plan and look at it: gwctl plan --out plan.json."));
    }
}
