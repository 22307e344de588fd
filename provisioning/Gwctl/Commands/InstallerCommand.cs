using System.CommandLine;
using Gateway.Provisioning.Manifest;
using Gwctl.Installing;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>What Gateway.msi calls: applies, takes back what this installation did, takes back everything. Each speaks as <see cref="InstallerLines"/> says.</summary>
internal static class InstallerCommand
{
    public static Command Create()
    {
        var command = new Command("installer", "What the installer calls. Prints lines of JSON as it goes.") { Hidden = true };
        command.Add(Verb("apply", "Check the machine and apply, and remember how it stood before.", (it, _, cancel) => it.ApplyAsync(cancel), before: BeforeInstallation.Forget));
        command.Add(Verb("undo", "Take back what apply did since it remembered, and nothing from before.", (it, _, cancel) => it.UndoAsync(cancel), isNeeded: BeforeInstallation.IsIn));
        command.Add(Verb("remove", "Take every run back, unless a newer version owns this machine.", (it, parsed, cancel) => it.RemoveAsync(parsed.GetValue(InstallationInputs.Purge), cancel)));
        return command;
    }

    private static Command Verb(string name, string description, Func<Installation, ParseResult, CancellationToken, Task<ExitCode>> run, Action<string>? before = null, Predicate<string>? isNeeded = null)
    {
        var command = Inputs.Command(name, description, InstallationInputs.Manifest, Inputs.Overlay, InstallationInputs.Payloads, InstallationInputs.Msi, InstallationInputs.Language, InstallationInputs.Purge, Inputs.Root, Inputs.Facts);
        command.SetAction(async (parsed, cancel) =>
        {
            using var lines = new InstallerLines(parsed.GetValue(InstallationInputs.Language)!);
            var log = new InstallationLog(TimeProvider.System);
            var isRehearsal = parsed.GetValue(Inputs.Root) is not null;
            try
            {
                var stateRoot = Session.StateRootOf(parsed.GetValue(Inputs.Root));
                before?.Invoke(stateRoot);
                if (isNeeded?.Invoke(stateRoot) == false)
                    return (int)ExitCode.Holds;

                // Without its manifest nothing is begun: a removal that only seemed to succeed would leave services whose programs are gone.
                var (appliance, graph, diagnostics, path) = InstallationInputs.Read(parsed);
                log.Say($"{name} of version {ProductVersion.Text}, manifest {path}");
                if (graph is null)
                {
                    Installation.Refuse(diagnostics, lines, log, isRehearsal);
                    return (int)ExitCode.ManifestInvalid;
                }

                foreach (var warning in diagnostics)
                    lines.Note(warning.ToString());
                await using var session = Session.Open(parsed, new Output(json: true), appliance!, graph);
                return (int)await run(new Installation(session, lines, log), parsed, cancel);
            }
            catch (Exception e)
            {
                var fault = Fault.Of(e);
                Installation.Refuse([fault.Diagnostic], lines, log, isRehearsal);
                return (int)fault.ExitCode;
            }
        });
        return command;
    }
}
