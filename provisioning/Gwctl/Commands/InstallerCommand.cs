using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>
/// What Gateway.msi calls: applies, takes back what this installation did, takes back everything. Each prints lines of JSON as it goes, which the installer shows:
/// <c>progress</c>, then <c>end</c> or <c>refusal</c>.
/// </summary>
internal static class InstallerCommand
{
    private const string NoRun = "none";

    /// <summary>The command's name; what stands below it prints lines of JSON.</summary>
    public const string Name = "installer";

    public static Command Create()
    {
        var command = new Command(Name, "What the installer calls. Prints lines of JSON as it goes.") { Hidden = true };
        command.Add(Verb("apply", "Apply, and remember where the journal stood before.", async (parsed, appliance, cancel) =>
        {
            await RememberAsync(parsed, appliance, cancel);
            return await ApplyCommand.RunAsync(parsed, approved: null, cancel);
        }));
        command.Add(Verb("undo", "Take back what apply did since it remembered, and nothing from before.", (parsed, appliance, cancel) =>
            TakeBackWhileAsync(IsOfThisInstallation, parsed, appliance, cancel)));
        command.Add(Verb("remove", "Take every run back, unless a newer version owns this machine.", (parsed, appliance, cancel) =>
            TakeBackWhileAsync(machine => Target(machine) is { } target && !IsOfNewerVersion(target), parsed, appliance, cancel)));
        return command;
    }

    // Without its manifest nothing is begun: a removal that only seemed to succeed would leave services whose programs are gone.
    private static Command Verb(string name, string description, Func<ParseResult, Appliance, CancellationToken, Task<ExitCode>> run)
    {
        var command = Inputs.Command(name, description, Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts);
        command.SetAction(async (parsed, cancel) => Session.Load(parsed, Output.Of(parsed)) is var (appliance, _) ? (int)await run(parsed, appliance, cancel) : (int)ExitCode.ManifestInvalid);
        return command;
    }

    // Before the first run there is no state root yet: then there is nothing that an undo could go too far back to.
    private static async Task RememberAsync(ParseResult parsed, Appliance appliance, CancellationToken cancel)
    {
        await using var machine = Open(parsed, appliance);
        if (Directory.Exists(machine.StateRoot))
            await File.WriteAllTextAsync(Mark(machine), RunsOf(machine) is [.., var last] ? last.Id : NoRun, cancel);
    }

    private static async Task<ExitCode> TakeBackWhileAsync(Predicate<IMachine> isOurs, ParseResult parsed, Appliance appliance, CancellationToken cancel)
    {
        while (await IsSoAsync())
        {
            if (await RollbackCommand.RunAsync(parsed, cancel) is not ExitCode.Holds and var failed)
                return failed;
        }

        return ExitCode.Holds;

        async Task<bool> IsSoAsync()
        {
            await using var machine = Open(parsed, appliance);
            return isOurs(machine);
        }
    }

    private static bool IsOfThisInstallation(IMachine machine)
    {
        if (Target(machine) is not { } target)
            return false;
        var runs = RunsOf(machine).Select(run => run.Id).ToList();
        var before = File.Exists(Mark(machine)) ? runs.IndexOf(File.ReadAllText(Mark(machine))) : -1;
        return runs.IndexOf(target.Id) > before;
    }

    private static bool IsOfNewerVersion(Run run) =>
        Version.TryParse(run.Product, out var theirs) && Version.TryParse(ProductVersion.Text, out var ours) && theirs > ours;

    private static Run? Target(IMachine machine) => Run.ToTakeBack(RunsOf(machine));

    private static IReadOnlyList<Run> RunsOf(IMachine machine) =>
        Directory.Exists(machine.StateRoot) ? Run.Of(Journal.Open(RollbackCommand.JournalOf(machine), TimeProvider.System)) : [];

    private static string Mark(IMachine machine) => Path.Combine(machine.StateRoot, "before-installation");

    private static IMachine Open(ParseResult parsed, Appliance appliance) =>
        Session.OpenMachine(parsed.GetValue(Inputs.Root), parsed.GetValue(Inputs.Facts), appliance, runProcesses: false);
}
