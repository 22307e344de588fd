using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Resources;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Takes a backup now, looks at one, and puts one back.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> Backup = new("backup") { Description = "The folder of the backup." };

    private static readonly Option<string?> Key = new("--key") { Description = "The secret recovery key (a file, armoured or not); its passphrase is asked for, or read from standard input.", HelpName = "FILE" };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Command Create()
    {
        var command = Inputs.Command(
            "backup",
            """
            Take a backup now, as the nightly task does: it is restored for a try, and sealed to the recovery key of the manifest.

            Example:
              gwctl backup appliance.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var output = Output.Of(parsed);
            if (Session.Load(parsed, output) is not var (appliance, _))
                return (int)ExitCode.ManifestInvalid;
            var (said, refusals) = await BackupProgram.RunAsync(parsed.GetValue(Inputs.Root), BackupArguments.Of(appliance), [], cancel);
            if (refusals.Count > 0)
            {
                output.Refuse(refusals);
                return (int)ExitCode.Failed;
            }

            if (output.IsJson)
                Output.Json(new { said });
            else
                output.Line(said);
            return (int)ExitCode.Holds;
        });
        command.Add(Verify());
        return command;
    }

    public static Command CreateRestore()
    {
        var command = Inputs.Command(
            "restore",
            """
            Put a backup back onto a new machine that was built: ledger, partner directory and keys, from nothing but the backup and the recovery key. The gateway's service is stopped meanwhile. Where there is a ledger nothing is changed. Sending stays paused
            until a person has reconciled ('gwctl gateway reconcile'); the certificate of the transport is asked for anew ('gwctl cert request').

            Example:
              gwctl restore E:\\backup\\20261129T013000Z appliance.json --key recovery.asc
            """,
            Backup, Inputs.Manifest, Inputs.Overlay, Inputs.Root, Key, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            session.Machine.EnsureStateRoot();
            using var alone = await ApplyLock.OnceFreeAsync(() => Task.FromResult(ApplyLock.Take(session.Machine.StateRoot)), Patience, cancel);
            var (services, name) = (session.Machine.Services, session.Appliance.Gateway.ServiceName);
            var isRunning = (await services.ReadAsync(cancel)).Any(service => service.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && service.Running);
            if (isRunning)
                await services.StopAsync(name, cancel); // it holds its ledger open
            try
            {
                return await AskAsync(parsed, session.Output, ["--config", session.Appliance.Gateway.ConfigFolder.Join("gateway.json").Text], cancel);
            }
            finally
            {
                if (isRunning)
                    await services.StartAsync(name, CancellationToken.None);
            }
        });
        return command;
    }

    private static Command Verify()
    {
        var command = Inputs.Command(
            "verify",
            """
            Look whether a backup is whole, and restore it for a try into a folder of its own. One that is sealed needs the recovery key.

            Example:
              gwctl backup verify E:\\backup\\20261129T013000Z --key recovery.asc
            """,
            Backup, Inputs.Root, Key, Inputs.Json);
        command.SetAction((parsed, cancel) => AskAsync(parsed, Output.Of(parsed), [], cancel));
        return command;
    }

    private static async Task<int> AskAsync(ParseResult parsed, Output output, IReadOnlyList<string> more, CancellationToken cancel)
    {
        var key = parsed.GetValue(Key);
        var secret = key is null ? [] : await SecretInput.ReadAsync("Passphrase of the recovery key (empty for none)", cancel);
        var (said, refusals) = await BackupProgram.RunAsync(
            parsed.GetValue(Inputs.Root), ["restore", "--from", parsed.GetValue(Backup)!, .. key is null ? Array.Empty<string>() : ["--key", Path.GetFullPath(key)], .. more], secret, cancel);
        if (refusals.Count > 0)
        {
            output.Refuse(refusals);
            return (int)ExitCode.Failed;
        }

        if (output.IsJson)
        {
            Output.Json(said + "\n");
            return (int)ExitCode.Holds;
        }

        var answer = JsonNode.Parse(said)!;
        var proof = answer["proof"]!;
        output.Line($"the backup of {(DateTimeOffset)answer["takenAt"]!:yyyy-MM-dd HH:mm} UTC is whole{((string?)answer["sealedTo"] is { } to ? $", sealed to {to}" : ", not sealed")}");
        output.Line($"restored for a try: {proof["ledgerLines"]} lines of the ledger, {proof["studies"]} studies and {proof["instances"]} images in the index");
        if (answer["putBack"] is { } back)
            output.Line($"put back: {back["ledgerLines"]} lines of the ledger; {back["imagesGone"]} images are not on this machine; {back["secretKeys"]} secret keys{((bool)back["isIndexEmptied"]! ? "" : "; the database could not be reached: 'gwctl gateway rebuild-index' once it can")}. Sending is paused: 'gwctl gateway reconcile' after the start");
        return (int)ExitCode.Holds;
    }
}
