using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Planning;
using Gwctl.Commands;

namespace Gwctl.Serving;

/// <summary>Where a machine stands, for the installer and for monitoring: a value beside the program folder's, <c>pending</c>, <c>verified</c> or <c>failed</c>.</summary>
internal static class Standing
{
    /// <summary>Name of the value.</summary>
    public const string ValueName = "State";

    /// <summary>Nothing was built yet, or all of it was taken back; or the second stage of an installation is to be done.</summary>
    public const string Pending = "pending";

    /// <summary>The machine was looked at.</summary>
    public static string Of(Assessment assessment) => Holds(assessment) ? "verified" : "failed";

    /// <summary>Whether what must hold does.</summary>
    public static bool Holds(Assessment assessment) => VerifyCommand.CodeOf(assessment) is ExitCode.Holds or ExitCode.RestartNeeded;

    /// <summary>Says it after a run: from what the run saw last, or from another look.</summary>
    public static async Task SayAfterAsync(Session session, ApplyResult result, CancellationToken cancel)
    {
        if (result.Outcome == ApplyOutcome.Refused)
            return; // nothing was changed
        var history = JournalHistory.Of(Journal.Open(session.JournalFile, TimeProvider.System));
        Say(session, result.Outcome == ApplyOutcome.Unfinished ? "failed"
            : history.Held.Count == 0 ? Pending
            : Of(result.After ?? await session.Assessor.AssessAsync(history, null, cancel)));
    }

    /// <summary>Says it.</summary>
    public static void Say(Session session, string state)
    {
        var value = new RegistryValue(ManifestPaths.RegistryKey, ValueName, state);
        if (session.Machine.Registry.Read(value.Key, value.Name) != value)
            session.Machine.Registry.Write(value);
    }
}
