using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>The OpenPGP keys of the running gateway and of its partners.</summary>
internal static class KeysCommand
{
    private static readonly Option<string> Algorithm = new("--algorithm") { Description = "curve25519, rsa3072 or rsa4096.", HelpName = "NAME", DefaultValueFactory = _ => "curve25519" };
    private static readonly Option<int> Years = new("--years") { Description = "How long it can be used.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<string> Fingerprint = new("--fingerprint") { Description = "The whole fingerprint, 40 hexadecimal characters, compared with what the partner told you on another way.", HelpName = "FINGERPRINT", Required = true };
    private static readonly Option<FileInfo> File = new("--file") { Description = "The file with the partner's public keys, armoured or binary.", HelpName = "FILE", Required = true };

    public static Command Create() => new("keys", "The OpenPGP keys of the running gateway and of its partners.")
    {
        GatewayCommand.Verb("keys", "list", "Show the keys: this gateway's own, those of partners that were accepted, those in quarantine, and new versions of accepted ones.", async (api, output, _, cancel) =>
        {
            Show(output, await api.GetAsync("keys", cancel));
            return ExitCode.Holds;
        }),
        With(GatewayCommand.Verb("keys", "new", "Make a key for this gateway. The newest signs; messages to an older one are still read. Send it to the partners with 'gwctl keys export'.", async (api, output, parsed, cancel) =>
        {
            Show(output, [await api.SendAsync($"keys?algorithm={Uri.EscapeDataString(parsed.GetValue(Algorithm)!)}&years={parsed.GetValue(Years)}", [], cancel)]);
            return ExitCode.Holds;
        }), Algorithm, Years),
        With(GatewayCommand.Verb("keys", "export", "Print a public key, armoured, to be sent to partners.", async (api, output, parsed, cancel) =>
        {
            var key = await api.FindAsync($"keys/{Uri.EscapeDataString(parsed.GetValue(Fingerprint)!)}", cancel) ?? throw Unknown(parsed);
            if (output.IsJson)
                Output.Json(key);
            else
                output.Line((string)key["armored"]!);
            return ExitCode.Holds;
        }), Fingerprint),
        With(GatewayCommand.Verb("keys", "import", "Lay a partner's public keys into quarantine. Nothing uses them, nor a new version of an accepted one, until they are accepted; a revocation counts at once.", async (api, output, parsed, cancel) =>
        {
            Show(output, (JsonArray)await api.SendAsync("keys/import", await ReadAsync(parsed.GetValue(File)!, cancel), cancel));
            return ExitCode.Holds;
        }), File),
        With(GatewayCommand.Verb("keys", "accept", "Accept a partner's key from quarantine, after its fingerprint was compared on another way than the one on which it came.", async (api, output, parsed, cancel) =>
        {
            Show(output, [await api.PostAsync($"keys/{Uri.EscapeDataString(parsed.GetValue(Fingerprint)!)}/accept", cancel) ?? throw Unknown(parsed)]);
            return ExitCode.Holds;
        }), Fingerprint),
    };

    /// <summary>A file's content.</summary>
    internal static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancel)
    {
        try
        {
            return await System.IO.File.ReadAllBytesAsync(file.FullName, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(Diagnostic.Error("GW7109", $"{file.FullName} cannot be read: {failure.Message}", "Name a file that is there."));
        }
    }

    private static RefusedException Unknown(ParseResult parsed) =>
        new(Diagnostic.Error("GW7110", $"There is no such key: {parsed.GetValue(Fingerprint)}.", "'gwctl keys list' shows the keys, and which of them are in quarantine."));

    private static Command With(Command command, params Option[] options)
    {
        foreach (var option in options)
            command.Add(option);
        return command;
    }

    private static void Show(Output output, JsonArray keys)
    {
        if (output.IsJson)
        {
            Output.Json(keys);
            return;
        }

        if (keys.Count == 0)
            output.Line("no keys: gwctl keys new makes one");
        foreach (var key in keys)
            output.Line($"{key!["standing"],-12}  {key["fingerprint"]}  {(key["daysLeft"] is { } days ? $"{days} days left" : "no end"),-15}  {string.Join(", ", key["userIds"]!.AsArray())}{((bool)key["isUsable"]! ? "" : "  cannot be used")}");
    }
}
