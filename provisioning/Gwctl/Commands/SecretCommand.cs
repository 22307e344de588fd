using System.CommandLine;
using System.Security.Cryptography;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Puts a secret into the machine's store. It comes from standard input or from a prompt without echo, never from the command line: others can read that.</summary>
internal static class SecretCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The secret's name: the manifest's secret:NAME." };

    public static Command Create()
    {
        var command = Inputs.Command(
            "secret",
            """
            Keep a secret for the manifest's secret:NAME, encrypted for this machine. It is read from standard input.

            Example:
              gwctl secret monitoring-registration appliance.json < one-time-secret.txt
            """,
            Name, Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var name = parsed.GetValue(Name)!;
            if (!SecretReference.TryRead($"secret:{name}", out var reference) || reference.StoreName is null)
                throw new RefusedException(Diagnostic.Error("GW0011", $"'{name}' is no name of a secret.", "Use small letters, digits and hyphens, as in secret:monitoring-registration."));
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var secret = await SecretInput.ReadAsync("secret:", cancel);
            if (secret.Length == 0)
                throw new RefusedException(Diagnostic.Error("GW0012", "Standard input holds no secret.", $"Give it by 'gwctl secret {name} < FILE', or at a terminal when you are asked."));
            session.Machine.EnsureStateRoot();
            session.Machine.Secrets.Keep(name, secret);
            CryptographicOperations.ZeroMemory(secret);
            if (session.Output.IsJson)
                Output.Json(new { kept = reference, isRehearsal = session.Machine.IsRehearsal });
            else
                session.Output.Line($"{reference} is kept{(session.Machine.IsRehearsal ? ": its name only, a rehearsal needs no more" : "")}");
            return (int)ExitCode.Holds;
        });
        return command;
    }

}
