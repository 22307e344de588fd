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
        command.Add(Verb("apply", "Apply, and remember where the journal stood before.", async (parsed, cancel) =>
        {
            await RememberAsync(parsed, cancel);
            return await ApplyCommand.RunAsync(parsed, approved: null, cancel);
        }));
        command.Add(Verb("undo", "Take back what apply did since it remembered, and nothing from before.", UndoAsync));
        command.Add(Verb("remove", "Take every run back, unless a newer version owns this machine.", RemoveAsync));
        return command;
    }

    private static Command Verb(string name, string description, Func<ParseResult, CancellationToken, Task<ExitCode>> run)
    {
        var command = Inputs.Command(name, description, Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts);
        command.SetAction(async (parsed, cancel) => (int)await run(parsed, cancel));
        return command;
    }

    // Before the first run there is no state root yet: then there is nothing that an undo could go too far back to.
    private static async Task RememberAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (await OnMachineAsync(parsed, machine => (Directory.Exists(machine.StateRoot), Mark(machine), Run.Of(Journal.Open(RollbackCommand.JournalOf(machine), TimeProvider.System)))) is (true, { } mark, var runs))
            await File.WriteAllTextAsync(mark, runs.Count == 0 ? NoRun : runs[^1].Id, cancel);
    }

    private static async Task<ExitCode> UndoAsync(ParseResult parsed, CancellationToken cancel)
    {
        while (await OnMachineAsync(parsed, IsOfThisInstallation))
        {
            if (await RollbackCommand.RunAsync(parsed, cancel) is not ExitCode.Holds and var failed)
                return failed;
        }

        return ExitCode.Holds;
    }

    private static async Task<ExitCode> RemoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (await OnMachineAsync(parsed, IsOfNewerVersion))
            return ExitCode.Holds;
        while (await OnMachineAsync(parsed, machine => Target(machine) is not null))
        {
            if (await RollbackCommand.RunAsync(parsed, cancel) is not ExitCode.Holds and var failed)
                return failed;
        }

        return ExitCode.Holds;
    }

    private static bool IsOfThisInstallation(IMachine machine)
    {
        if (Target(machine) is not { } target)
            return false;
        var runs = Run.Of(Journal.Open(RollbackCommand.JournalOf(machine), TimeProvider.System)).ToList();
        var before = File.Exists(Mark(machine)) ? runs.FindIndex(run => run.Id == File.ReadAllText(Mark(machine))) : -1;
        return runs.FindIndex(run => run.Id == target.Id) > before;
    }

    private static bool IsOfNewerVersion(IMachine machine) =>
        Target(machine)?.Product is { } owner && Version.TryParse(owner, out var theirs) && Version.TryParse(ProductVersion.Text, out var ours) && theirs > ours;

    private static Run? Target(IMachine machine) =>
        Directory.Exists(machine.StateRoot) ? Run.ToTakeBack(Run.Of(Journal.Open(RollbackCommand.JournalOf(machine), TimeProvider.System))) : null;

    private static string Mark(IMachine machine) => Path.Combine(machine.StateRoot, "before-installation");

    private static async Task<T?> OnMachineAsync<T>(ParseResult parsed, Func<IMachine, T> ask)
    {
        // A manifest that cannot be read is said by what comes after this.
        if (Session.Load(parsed, Output.Silent) is not var (appliance, _))
            return default;
        await using var machine = Session.OpenMachine(parsed.GetValue(Inputs.Root), parsed.GetValue(Inputs.Facts), appliance, runProcesses: false);
        return ask(machine);
    }
}
