using System.CommandLine;
using System.Globalization;
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
    private static readonly Option<int> OverlapDays = new("--overlap-days") { Description = "How long the old key goes on signing: partners accept the new one meanwhile.", HelpName = "N", DefaultValueFactory = _ => 30 };
    private static readonly Option<bool> Secret = new("--secret") { Description = "The file holds a secret key of this gateway itself. Its passphrase is read from standard input." };
    private static readonly Option<FileInfo> RecoveryKey = new("--recovery-key") { Description = "The file with a public key whose secret part lies in a safe.", HelpName = "FILE", Required = true };
    private static readonly Option<FileInfo> EscrowFile = new("--output") { Description = "The file that is written; it must not be there.", HelpName = "FILE", Required = true };
    private static readonly Option<string?> OwnFingerprint = new("--fingerprint") { Description = "Only this key of the gateway; all where none is named.", HelpName = "FINGERPRINT" };
    private static readonly Option<FileInfo> File = new("--file") { Description = "The file with the keys, armoured or binary.", HelpName = "FILE", Required = true };

    public static Command Create() => new("keys", "The OpenPGP keys of the running gateway and of its partners.")
    {
        GatewayCommand.Verb("keys", "list", "Show the keys: this gateway's own, those of partners that were accepted, those in quarantine, and new versions of accepted ones.", async (api, output, _, cancel) =>
        {
            Show(output, await api.GetAsync("keys", cancel));
            return ExitCode.Holds;
        }),
        With(GatewayCommand.Verb("keys", "new", "Make this gateway's first key, which signs at once. Send it to the partners with 'gwctl keys export'.", async (api, output, parsed, cancel) =>
        {
            Show(output, (JsonArray)await api.SendAsync($"keys?{KindOf(parsed)}", [], cancel));
            return ExitCode.Holds;
        }), Algorithm, Years),
        With(GatewayCommand.Verb("keys", "rotate", "Make this gateway's next key. The old one goes on signing until the end of the overlap; messages to either are read. Send the new one to the partners at once.", async (api, output, parsed, cancel) =>
        {
            Show(output, (JsonArray)await api.SendAsync($"keys/rotate?{KindOf(parsed)}&overlapDays={parsed.GetValue(OverlapDays)}", [], cancel));
            return ExitCode.Holds;
        }), OverlapDays, Algorithm, Years),
        With(GatewayCommand.Verb("keys", "escrow", "Write this gateway's secret keys into a file that only the recovery key opens.", async (api, output, parsed, cancel) =>
        {
            var file = parsed.GetValue(EscrowFile)!;
            var fingerprint = parsed.GetValue(OwnFingerprint);
            var keys = await SecretKeys.EscrowAsync(api, await ReadAsync(parsed.GetValue(RecoveryKey)!, cancel), fingerprint, file, cancel) ?? throw Unknown(fingerprint);
            if (output.IsJson)
                Output.Json(new { file = file.FullName, keys });
            else
                output.Line($"{file.FullName} holds {string.Join(", ", keys)}");
            return ExitCode.Holds;
        }), RecoveryKey, EscrowFile, OwnFingerprint),
        With(GatewayCommand.Verb("keys", "export", "Print a public key, armoured, to be sent to partners.", async (api, output, parsed, cancel) =>
        {
            var key = await api.FindAsync($"keys/{Uri.EscapeDataString(parsed.GetValue(Fingerprint)!)}", cancel) ?? throw Unknown(parsed.GetValue(Fingerprint));
            if (output.IsJson)
                Output.Json(key);
            else
                output.Line((string)key["armored"]!);
            return ExitCode.Holds;
        }), Fingerprint),
        With(GatewayCommand.Verb("keys", "import", "Lay a partner's public keys into quarantine. Nothing uses them, nor a new version of an accepted one, until they are accepted; a revocation counts at once. With --secret, take over a secret key of this gateway itself.", async (api, output, parsed, cancel) =>
        {
            var file = await ReadAsync(parsed.GetValue(File)!, cancel);
            Show(output, parsed.GetValue(Secret) ? await SecretKeys.ImportAsync(api, file, cancel) : (JsonArray)await api.SendAsync("keys/import", file, cancel));
            return ExitCode.Holds;
        }), File, Secret),
        With(GatewayCommand.Verb("keys", "accept", "Accept a partner's key from quarantine, after its fingerprint was compared on another way than the one on which it came.", async (api, output, parsed, cancel) =>
        {
            Show(output, [await api.PostAsync($"keys/{Uri.EscapeDataString(parsed.GetValue(Fingerprint)!)}/accept", cancel) ?? throw Unknown(parsed.GetValue(Fingerprint))]);
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

    private static string KindOf(ParseResult parsed) => $"algorithm={Uri.EscapeDataString(parsed.GetValue(Algorithm)!)}&years={parsed.GetValue(Years)}";

    private static RefusedException Unknown(string? fingerprint) =>
        new(Diagnostic.Error("GW7110", $"There is no such key: {fingerprint}.", "'gwctl keys list' shows the keys, and which of them are in quarantine."));

    private static Command With(Command command, params Option[] options)
    {
        foreach (var option in options)
            command.Add(option);
        return command;
    }

    private static string StandingOf(JsonNode key) =>
        (string)key["standing"]! is not "own" and var other ? other
        : key["signsFrom"] is { } from ? $"own, signs from {Day(from)}"
        : !(bool)key["signs"]! ? "own, reads"
        : key["signsUntil"] is { } until ? $"own, signs until {Day(until)}"
        : "own, signs";

    private static string Day(JsonNode at) => at.GetValue<DateTimeOffset>().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

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
            output.Line($"{StandingOf(key!),-27}  {key!["fingerprint"]}  {(key["daysLeft"] is { } days ? $"{days} days left" : "no end"),-15}  {string.Join(", ", key["userIds"]!.AsArray())}{((bool)key["isUsable"]! ? "" : "  cannot be used")}");
    }
}
