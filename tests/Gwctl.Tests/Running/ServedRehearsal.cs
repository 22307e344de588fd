using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Gwctl.Tests.Running;

/// <summary>gwctl rehearse --serve --json, once it has printed its endpoints.</summary>
internal sealed class ServedRehearsal : IDisposable
{
    private readonly Task<string> errors;

    private ServedRehearsal(Process process, JsonElement endpoints, Task<string> errors) =>
        (Process, Endpoints, this.errors) = (process, endpoints, errors);

    public Process Process { get; }

    /// <summary>The one JSON document that it printed.</summary>
    public JsonElement Endpoints { get; }

    public static async Task<ServedRehearsal> StartAsync(Site site)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var process = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("rehearse", "--serve", "--json"));
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var printed = new StringBuilder();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(180), cancellation) is { } line)
            {
                printed.AppendLine(line);
                if (line == "}")
                    return new ServedRehearsal(process, JsonSerializer.Deserialize<JsonElement>(printed.ToString()), errors);
            }

            Assert.Fail($"it ended before it served: {printed}{await errors}");
            throw new UnreachableException();
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Waits for its end; what it printed after the endpoints.</summary>
    public async Task<string> EndAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var rest = await Process.StandardOutput.ReadToEndAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        await Process.WaitForExitAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        return rest + await errors;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        Process.Dispose();
    }
}
