using System.Diagnostics;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Gwctl.Tests.Running;

/// <summary>gwctl service on a site's rehearsed machine, once it answers; killed when the test is over.</summary>
internal sealed class RunningService : IDisposable
{
    private RunningService(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>What the pipe of a root is called.</summary>
    public static string PipeOf(string root) => $"GatewayProvisioning-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..16]}";

    public static async Task<RunningService> StartAsync(Site site)
    {
        var service = new RunningService(CommandLine.Start(CommandLine.Program, ["service", "--root", site.Root]));
        try
        {
            await using var talk = await Talk.WithAsync(site);
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>It ends when it is told to, and with success.</summary>
    /// <returns>Its log.</returns>
    public async Task<string> StopAsync()
    {
        await Signals.SendAsync(Process.Id, "TERM");
        return (await CommandLine.EndOfAsync(Process)).With(0).Output;
    }

    public static async Task UntilAsync(Site site, string state)
    {
        for (var clock = Stopwatch.StartNew(); StateOf(site) != state; await Task.Delay(100, TestContext.Current.CancellationToken))
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(45), $"the state is '{StateOf(site)}', not '{state}'");
    }

    /// <summary>Where the machine stands, as its registry says.</summary>
    public static string? StateOf(Site site)
    {
        var machine = JsonNode.Parse(File.ReadAllText(Path.Combine(site.Root, "machine.json")))!;
        return machine["registry"]?.AsArray().Where(value => (string?)value!["name"] == "State").Select(value => (string?)value!["text"]).SingleOrDefault();
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.Dispose();
    }
}

/// <summary>The pipe of a machine's service as any program has it: lines out, lines in.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private readonly NamedPipeClientStream pipe;
    private readonly StreamReader reader;

    private Talk(NamedPipeClientStream pipe) => (this.pipe, reader) = (pipe, new StreamReader(pipe));

    /// <summary>Connects, and hears the greeting.</summary>
    public static async Task<Talk> WithAsync(Site site)
    {
        var pipe = new NamedPipeClientStream(".", RunningService.PipeOf(site.Root), PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await pipe.ConnectAsync(20_000, TestContext.Current.CancellationToken);
        var talk = new Talk(pipe);
        Assert.Equal("""{"protocol":1,"product":"0.1.0"}""", await talk.HearAsync());
        return talk;
    }

    public async Task SayAsync(string line, string end = "\n") => await pipe.WriteAsync(Encoding.UTF8.GetBytes(line + end), TestContext.Current.CancellationToken);

    /// <summary>The next line, null at the end.</summary>
    public async Task<string?> HearAsync() => await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(40));

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        return pipe.DisposeAsync();
    }
}
