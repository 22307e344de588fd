using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Startup;

namespace Gateway.Service.Rehearsing;

/// <summary>
/// The verb <c>rehearse</c>: two sites, each the whole gateway with a key of its own, and between them a pickup directory, or with <c>--full</c> mail servers. An
/// image is sent to the first by C-STORE, goes to the second signed and encrypted, and from there to its PACS; the bytes are compared, and the first must hold the second's
/// signature for it. What came out is one line of JSON.
/// </summary>
internal static class LineRehearsal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Rehearses in a folder.</summary>
    public static async Task<int> ExecuteAsync(CommandLine.Rehearse rehearse)
    {
        using var stopped = new CancellationTokenSource();
        // Private servers would outlive a process that dies of a signal, or whose starter does.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        StarterLink.WhenGone(stopped.Cancel);
        LineRehearsed result;
        try
        {
            await using var surroundings = await RehearsedSurroundings.MakeAsync(Path.GetFullPath(rehearse.Folder), rehearse.IsFull);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopped.Token);
            patience.CancelAfter(Patience);
            result = await RunAsync(Path.GetFullPath(rehearse.Folder), surroundings, patience.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or AssociationException or IOException)
        {
            result = LineRehearsed.Failed(
                failure is not OperationCanceledException ? failure.Message
                : stopped.IsCancellationRequested ? "it was stopped"
                : $"the image did not arrive within {Patience.TotalSeconds} s");
        }

        Console.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
        return ExitCodes.Success;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.Cancel();
        }
    }

    private static async Task<LineRehearsed> RunAsync(string folder, RehearsedSurroundings surroundings, CancellationToken cancellation)
    {
        var now = DateTimeOffset.UtcNow;
        await using var pacs = new RehearsedPacs();
        await using var first = new RehearsedSite("first", "second", folder, surroundings, null, now);
        await using var second = new RehearsedSite("second", "first", folder, surroundings, pacs.EndPoint, now);
        first.Trust(second, now);
        second.Trust(first, now);
        if (await first.StartAsync(cancellation) is { } refused)
            return LineRehearsed.Failed(refused);
        if (await second.StartAsync(cancellation) is { } refusedToo)
            return LineRehearsed.Failed(refusedToo);
        var phantom = new CtPhantom(now.UtcTicks);
        var clock = Stopwatch.StartNew();
        var status = await StoreAsync(phantom, first, cancellation);
        if (!status.IsSuccess)
            return LineRehearsed.Failed($"the first site answers {status}");
        while (!first.Trace(phantom.StudyInstanceUid.Value).Arrivals.Any(arrival => arrival is { Target: "second", IsProved: true }))
            await Task.Delay(Pause, cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        foreach (var site in new[] { first, second })
        {
            while (!await site.ListsAsync(phantom.StudyInstanceUid.Value, cancellation))
                await Task.Delay(Pause, cancellation);
        }

        var sent = Convert.ToHexStringLower(SHA256.HashData(phantom.ToDataSet()));
        return pacs.Received is [var stored] && stored == sent
            ? new LineRehearsed(true, null, sent, seconds, second.Key.Fingerprint.Value, surroundings.Told)
            : LineRehearsed.Failed("the PACS of the second site has other bytes than were sent");
    }

    private static async Task<DimseStatus> StoreAsync(CtPhantom phantom, RehearsedSite site, CancellationToken cancellation)
    {
        await using var client = await StorageClient.ConnectAsync(
            new RequestorOptions(site.EndPoint, AeTitle.Parse(RehearsedSite.Sender), AeTitle.Parse("TO_PARTNER")), StorageProposal.For([phantom.Meta]), cancellation);
        var status = await client.StoreAsync(new MemoryStream(phantom.ToFile()), null, cancellation);
        await client.ReleaseAsync(cancellation);
        return status;
    }
}

/// <summary>What came out of it.</summary>
/// <param name="Passed">Whether the image arrived, unchanged and confirmed.</param>
/// <param name="Why">Why not; null where it did.</param>
/// <param name="Sha256">The SHA-256 of the data set that was sent.</param>
/// <param name="Seconds">How long it took from C-STORE to the partner's signature.</param>
/// <param name="Signer">The fingerprint of the key that signed for it.</param>
/// <param name="Surroundings">Which servers were real, and which were modelled.</param>
internal sealed record LineRehearsed(bool Passed, string? Why, string Sha256, double Seconds, string Signer, string Surroundings)
{
    /// <summary>It failed.</summary>
    /// <param name="why">Why.</param>
    public static LineRehearsed Failed(string why) => new(false, why, "", 0, "", "");
}
