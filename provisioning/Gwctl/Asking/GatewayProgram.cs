using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Resources;

namespace Gwctl.Asking;

/// <summary>
/// The gateway's program, which lies beside gwctl, started for one of its verbs. It reads the configuration that the manifest makes from standard input, so that it needs neither a
/// running gateway nor a machine that was built, and answers with an object of JSON.
/// </summary>
internal static class GatewayProgram
{
    /// <summary>Where it lies.</summary>
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Gateway.Service.exe" : "Gateway.Service");

    /// <summary>Starts it.</summary>
    /// <param name="appliance">The manifest.</param>
    /// <param name="root">The directory of a rehearsed machine; null for this computer.</param>
    /// <param name="arguments">The verb and its arguments; never a secret.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>Its answer, and whether it refused: then the answer holds <c>problems</c>.</returns>
    /// <exception cref="RefusedException">It cannot be started, or its answer cannot be read (GW7138).</exception>
    public static async Task<(JsonObject Answer, bool IsRefused)> AskAsync(Appliance appliance, string? root, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Program, [.. arguments, "--config", "-", .. root is null ? Array.Empty<string>() : ["--drives", Path.GetFullPath(root), "--rehearsal"]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            CreateNoWindow = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var complaints = process.StandardError.ReadToEndAsync(cancel);
            var said = process.StandardOutput.ReadToEndAsync(cancel);
            await process.StandardInput.WriteAsync(GatewayConfiguration.Render(appliance).AsMemory(), cancel);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancel);
            return JsonNode.Parse(await said) is JsonObject answer ? (answer, process.ExitCode != 0) : throw Unreadable(await complaints);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or JsonException)
        {
            throw Unreadable(failure.Message);
        }
    }

    private static RefusedException Unreadable(string why) => new(Diagnostic.Error(
        "GW7138", $"The gateway's program {Program} gives no answer: {why.ReplaceLineEndings(" ").Trim()}", "Both programs belong to one version and lie in one folder: repair the installation."));
}
