using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Asking;

namespace Gwctl.Commands;

/// <summary>Brings secret keys of the gateway in, and takes them out encrypted to a recovery key. What is secret goes to the running gateway alone.</summary>
internal static class SecretKeys
{
    private const string PassphraseNeeded = "GW7220";

    /// <summary>Imports a secret key; its passphrase is asked for where something protects it.</summary>
    /// <exception cref="RefusedException">The gateway refuses it, and says why.</exception>
    public static async Task<JsonArray> ImportAsync(GatewayApi api, byte[] file, CancellationToken cancel)
    {
        try
        {
            return await SendAsync(api, file, null, cancel);
        }
        catch (RefusedException refusal) when (refusal.Diagnostic.Code == PassphraseNeeded)
        {
            var passphrase = await SecretInput.ReadAsync("passphrase:", cancel);
            if (passphrase.Length == 0)
                throw;
            return await SendAsync(api, file, Encoding.UTF8.GetString(passphrase), cancel);
        }
    }

    /// <summary>Writes the gateway's secret keys into a new file, encrypted.</summary>
    /// <param name="api">The gateway.</param>
    /// <param name="recovery">The public recovery key.</param>
    /// <param name="fingerprint">Which key; null for all.</param>
    /// <param name="output">The file, which must not be there.</param>
    /// <param name="cancel">Ends the asking.</param>
    /// <returns>The fingerprints of the keys in it; null where there is no such key.</returns>
    /// <exception cref="RefusedException">The file is there (GW7226), or the gateway refuses, and says why.</exception>
    public static async Task<IReadOnlyList<string>?> EscrowAsync(GatewayApi api, byte[] recovery, string? fingerprint, FileInfo output, CancellationToken cancel)
    {
        if (output.Exists)
            throw IsThere(output);
        if (await api.FindBySendingAsync(fingerprint is null ? "keys/escrow" : $"keys/escrow?fingerprint={Uri.EscapeDataString(fingerprint)}", recovery, cancel) is not { } laidUp)
            return null;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using var file = new FileStream(output.FullName, options);
            await file.WriteAsync(Encoding.ASCII.GetBytes((string)laidUp["armored"]!), cancel);
            await file.FlushAsync(cancel);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (IOException) when (File.Exists(output.FullName) && output.Length == 0)
        {
            throw IsThere(output);
        }

        return [.. laidUp["keys"]!.AsArray().Select(key => (string)key!)];
    }

    private static async Task<JsonArray> SendAsync(GatewayApi api, byte[] file, string? passphrase, CancellationToken cancel) =>
        (JsonArray)await api.SendAsync("keys/secret", JsonSerializer.SerializeToUtf8Bytes(new { key = file, passphrase }), cancel);

    private static RefusedException IsThere(FileInfo output) => new(Diagnostic.Error("GW7226", $"{output.FullName} is there already.", "Name a file that is not: nothing is overwritten."));
}
