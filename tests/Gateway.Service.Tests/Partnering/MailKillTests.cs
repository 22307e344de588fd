using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>
/// kill -9 of either gateway, or of both, while studies go from one to the other. Blows fall along the run that a study really is: after so many
/// bytes of the victim's ledger, and a moment.
/// </summary>
public sealed class MailKillTests
{
    private const int BytesOfALine = 280;
    private const int LinesOfAStudy = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Studies_come_to_the_partners_PACS_and_are_signed_for_whoever_is_killed() => KillAsync(kills: 4, Seed.Begin());

    [Fact(Explicit = true)]
    public Task Studies_come_to_the_partners_PACS_and_are_signed_for_after_two_hundred_kills()
    {
        var chance = Seed.Begin();
        return Task.WhenAll(KillAsync(kills: 100, new Random(chance.Next())), KillAsync(kills: 100, new Random(chance.Next())));
    }

    private static async Task KillAsync(int kills, Random chance)
    {
        var pickup = Directory.CreateTempSubdirectory("pickup-").FullName;
        await using var pacs = new ScriptedScp();
        await using var a = Site.WithFolder("north", pickup, "south");
        await using var b = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b, partner => partner with { MaximumMessageBytes = 100_000 });
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        List<Image> sent = [];
        for (var killed = 0; killed < kills;)
        {
            var study = $"1.2.{sent.Count + 3}";
            Image[] images = [.. Enumerable.Range(1, 3).Select(number => new Image($"{number}") { Study = study, Series = $"{study}.{number % 2}", PixelBytes = 30_000 })];
            await SentStudy.StoreAsync(a.Gateway, images);
            sent.AddRange(images);
            Site[] victims = chance.Next(4) switch { 0 => [a], 1 => [b], 2 => [a, b], _ => [b, a] };
            foreach (var victim in victims)
                await KillAsync(victim, chance);
            await Task.WhenAll(victims.Select(victim => victim.Gateway.StartAsync()));
            killed += victims.Length;
        }

        await Eventually.HoldsAsync(() => Task.FromResult(pacs.Uids.Distinct().Count() == sent.Count), 120);
        Assert.Equal(SentStudy.Hashes(sent), pacs.Received.DistinctBy(one => one.Uid).Select(one => one.Sha256).Order(StringComparer.Ordinal));
        Assert.Single(pacs.Received.GroupBy(one => one.Uid).Select(group => group.Select(one => one.Sha256).Distinct().Count()).Distinct());
        foreach (var study in sent.Select(image => image.Study).Distinct())
            await Eventually.HoldsAsync(async () => await a.AnswerAsync(study) == "yes, stored", 60);
        Assert.Equal(sent.Count, b.Gateway.StoredFiles.Count);
        Assert.All(new[] { a, b }, site => Assert.Empty(site.Events("paused").Concat(site.Events("returned")).Concat(site.Events("refused")).Concat(site.Events("discarded"))));
        Assert.All(new[] { a, b }, site => Assert.All(MailsOf(site), mail => Assert.Contains("evidence", mail, StringComparison.Ordinal)));
        Directory.Delete(pickup, recursive: true);
    }

    private static async Task KillAsync(Site victim, Random chance)
    {
        var end = Length(victim) + (chance.Next(LinesOfAStudy) * BytesOfALine);
        for (var waited = 0; Length(victim) < end && waited < 500; waited++)
            await Task.Delay(5, Cancellation);
        await Task.Delay(chance.Next(40), Cancellation);
        await victim.Gateway.KillAsync();
    }

    private static long Length(Site site) => site.Gateway.LedgerFiles.Sum(file => new FileInfo(file).Length);

    private static string[] MailsOf(Site site) => Directory.GetFiles(Path.Combine(site.Gateway.SpoolFolder, "mail"), "*.eml", SearchOption.AllDirectories);
}
