using Gateway.DicomMail.Partners;

namespace Gateway.Service.Partnering;

/// <summary>
/// The partner directory, as gwctl asks for it. It is signed with this gateway's key when it is taken over. One by which somebody else would be believed than before is taken over
/// only once a person has said yes to the changes.
/// </summary>
internal static class PartnersApi
{
    /// <summary>Adds it to the application's protected part.</summary>
    public static void MapPartners(this IEndpointRouteBuilder api)
    {
        api.MapGet("/partners", (Correspondence correspondence, TimeProvider time) => correspondence.Problem is { } problem
            ? Refusal.Answer(problem)
            : Results.Json(List(correspondence.Now, time.GetUtcNow())));
        api.MapPost("/partners/import", (bool? acceptChanges, HttpRequest request, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) =>
            Refusal.OrAsync(request, body => TakeOver(body, acceptChanges is true, folders, time.GetUtcNow(), log)));
    }

    private static List<PartnerEntry> List(Correspondents correspondents, DateTimeOffset now) =>
        [.. correspondents.Directory.Partners.Select(partner => PartnerEntry.Of(partner, correspondents, now))];

    private static IResult TakeOver(byte[] body, bool acceptChanges, CorrespondentsFolders folders, DateTimeOffset now, ILogger log)
    {
        var (directory, problems) = PartnerDirectory.Read(body);
        if (directory is null)
            return Refusal.Answer(problems.Select(problem => new Refusal(problem.Code, $"{problem.Place}: {problem.Found}", problem.Allowed)));
        var ring = folders.ReadKeys();
        var taken = new Correspondents(ring, folders.ReadTurns(ring), directory);
        if (taken.SignerAt(now) is not { } signer)
            return Refusal.Answer("GW7213", "no key of this gateway that can sign", "gwctl keys new makes one");
        var (before, problem) = Before(folders, taken);
        var changes = DirectoryChange.Between(before, directory);
        var decided = changes.Count(change => change.NeedsPerson);
        var refusal = acceptChanges ? null
            : problem is not null ? new Refusal("GW7216", $"a directory that nothing can be compared with: {problem.Message}", "each partner, looked at by a person; then gwctl partners import --accept-changes")
            : decided > 0 ? new Refusal("GW7216", "other addresses or keys of known partners", "each change, looked at by a person; then gwctl partners import --accept-changes")
            : null;
        if (refusal is null)
        {
            folders.Write(directory, signer, now);
            log.DirectoryTaken(directory.Partners.Count, decided);
        }

        return Results.Json(new DirectoryAnswer(refusal, [.. changes.Select(ChangeEntry.Of)], List(refusal is null ? taken : taken with { Directory = before }, now)));
    }

    // What somebody has changed is worth no comparison: everybody in the new one is unknown then.
    private static (PartnerDirectory Directory, CorrespondentsException? Problem) Before(CorrespondentsFolders folders, Correspondents ours)
    {
        try
        {
            return (folders.ReadDirectory(ours.Ring), null);
        }
        catch (CorrespondentsException problem)
        {
            return (PartnerDirectory.Empty, problem);
        }
    }
}

/// <summary>What became of a directory.</summary>
/// <param name="Refusal">Why it was not taken over; null where it was.</param>
/// <param name="Changes">How it differs from the one before.</param>
/// <param name="Partners">The partners, as they are now.</param>
internal sealed record DirectoryAnswer(Refusal? Refusal, IReadOnlyList<ChangeEntry> Changes, IReadOnlyList<PartnerEntry> Partners);

/// <summary>How a partner differs from the directory before.</summary>
internal sealed record ChangeEntry(
    string Partner, string Kind, IReadOnlyList<string> AddressesAdded, IReadOnlyList<string> AddressesRemoved, IReadOnlyList<string> KeysAdded, IReadOnlyList<string> KeysRemoved)
{
    public static ChangeEntry Of(DirectoryChange change) => new(
        change.Partner, change.Kind.ToString().ToLowerInvariant(), change.AddressesAdded, change.AddressesRemoved, [.. change.KeysAdded.Select(key => key.Value)], [.. change.KeysRemoved.Select(key => key.Value)]);
}

/// <summary>A partner of the directory, and whether it can be written to.</summary>
internal sealed record PartnerEntry(string Id, string Name, IReadOnlyList<string> Addresses, IReadOnlyList<string> Keys, string Receipts, string ReceiptMeans, bool CanBeWrittenTo)
{
    public static PartnerEntry Of(Partner partner, Correspondents correspondents, DateTimeOffset now) => new(
        partner.Id, partner.Name, partner.Addresses, [.. partner.Keys.Select(key => key.Value)], partner.Receipts.ToString().ToLowerInvariant(), partner.ReceiptMeans.ToString().ToLowerInvariant(),
        correspondents.KeysOf(partner, now).Count > 0);
}
