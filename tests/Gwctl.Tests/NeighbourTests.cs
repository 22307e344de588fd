using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Others on the same computer have the ports that a rehearsal wants: it says so, and takes nobody else's gateway for its own.</summary>
public sealed partial class NeighbourTests
{
    // A computer on which a program takes seconds to start, as a busy one does: nothing is compiled beforehand, or all that is compiled is compiled well.
    private static readonly (string Name, string? Value) VerySlow = ("DOTNET_ReadyToRun", "0");
    private static readonly (string Name, string? Value) Slow = ("DOTNET_TieredCompilation", "0");

    [Fact(Explicit = true)]
    public async Task A_rehearsal_neither_praises_another_rehearsals_gateway_nor_sends_it_an_image()
    {
        using var site = new Site();
        using var other = await ServedRehearsal.StartAsync(site);
        var objects = ObjectsOf(site.Root);
        var ended = (await CommandLine.RunProgramAsync(
            CommandLine.Program, ["rehearse", site.Manifest, "--overlay", site.Overlay, "--root", site.PathOf("second")], null, VerySlow)).With(1);
        Assert.Equal(objects, ObjectsOf(site.Root));
        Assert.DoesNotMatch(Praise(), ended.Output);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_the_reason_that_is_given()
    {
        using var site = new Site();
        using var somebody = new TcpListener(IPAddress.Loopback, site.DicomPort);
        somebody.Start();
        var ended = (await CommandLine.RunProgramAsync(CommandLine.Program, site.ArgumentsOf("rehearse", "--json"), null, Slow)).With(1);
        var failed = ended.Json().GetProperty("steps").EnumerateArray().First(step => !step.GetProperty("passed").GetBoolean());
        var reason = failed.GetProperty("detail").GetString() + ended.Errors;
        Assert.Matches(@"GW\d{4}", reason);
        Assert.Contains($"{site.DicomPort}", reason, StringComparison.Ordinal);
        Assert.Empty(await Signals.LeftAfterAsync(site.Root, TimeSpan.FromSeconds(5)));
    }

    private static int ObjectsOf(string root) =>
        Directory.GetFiles(Path.Combine(root, "E", "VISUS", "images"), "*.dicom", SearchOption.AllDirectories).Length;

    [GeneratedRegex(@"^ok\s+gateway", RegexOptions.Multiline)]
    private static partial Regex Praise();
}
