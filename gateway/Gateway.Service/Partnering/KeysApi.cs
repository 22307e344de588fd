using System.Globalization;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;

namespace Gateway.Service.Partnering;

/// <summary>
/// Keys and partners, as gwctl asks for them. A partner's key that comes in is laid into quarantine and used by nothing, until a person names its
/// whole fingerprint; a directory is signed with this gateway's key when it is taken over.
/// </summary>
internal static class KeysApi
{
    private const int LongestBody = 4 << 20;

    /// <summary>Adds it to the application's protected part.</summary>
    public static void MapKeys(this IEndpointRouteBuilder protectedPart)
    {
        var api = protectedPart.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (CorrespondentsException problem)
            {
                return Refused(problem);
            }
        });
        api.MapGet("/keys", (CorrespondentsFolders folders, TimeProvider time) => List(folders, time.GetUtcNow()));
        api.MapGet("/keys/{fingerprint}", (string fingerprint, CorrespondentsFolders folders) =>
            All(folders).FirstOrDefault(one => Is(one.Key, fingerprint)) is { Key: { } key } ? Results.Json(new { armored = key.ToArmor() }) : Results.NotFound());
        api.MapPost("/keys", (string algorithm, int years, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, TimeProvider time) =>
            Make(algorithm, years, folders, mail, settings, time.GetUtcNow()));
        api.MapPost("/keys/import", async (HttpRequest request, CorrespondentsFolders folders, TimeProvider time) =>
            await BodyOf(request) is { } body ? Import(body, folders, time.GetUtcNow()) : TooLong(request));
        api.MapPost("/keys/{fingerprint}/accept", (string fingerprint, CorrespondentsFolders folders, TimeProvider time) => Accept(fingerprint, folders, time.GetUtcNow()));
        api.MapGet("/partners", (Correspondence correspondence, TimeProvider time) => correspondence.Problem is { } problem
            ? Refused(problem)
            : Results.Json(Partners(correspondence.Now, time.GetUtcNow())));
        api.MapPost("/partners/import", async (HttpRequest request, CorrespondentsFolders folders, TimeProvider time) =>
            await BodyOf(request) is { } body ? TakeOver(body, folders, time.GetUtcNow()) : TooLong(request));
    }

    /// <summary>Adds what answers in its place where the gateway has no mail.</summary>
    public static void MapNoKeys(this IEndpointRouteBuilder protectedPart)
    {
        foreach (var what in new[] { "/keys/{**rest}", "/partners/{**rest}" })
            protectedPart.Map(what, () => Refused("GW7214", "this gateway has no mail", "mail.address of the manifest, which names its address in the network"));
    }

    private static List<KeyEntry> List(CorrespondentsFolders folders, DateTimeOffset now) => [.. All(folders).Select(one => KeyEntry.Of(one.Standing, one.Key, now))];

    private static IEnumerable<(string Standing, PublicKey Key)> All(CorrespondentsFolders folders)
    {
        var ring = folders.ReadKeys();
        return [.. ring.Own.Select(key => ("own", key.Public)), .. ring.Known.Select(key => ("accepted", key)), .. folders.Suspected().Select(key => ("quarantined", key))];
    }

    private static IResult Make(string algorithm, int years, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, DateTimeOffset now)
    {
        if (!Enum.TryParse<KeyAlgorithm>(algorithm, ignoreCase: true, out var kind) || years is < 1 or > 10)
            return Refused("GW7211", $"{algorithm} for {years} years", "curve25519, rsa3072 or rsa4096, for 1 to 10 years");
        var key = OwnKey.Generate(kind, string.Create(CultureInfo.InvariantCulture, $"DICOM-Mail Gateway, {settings.Site} <{mail.Address}>"), now, TimeSpan.FromDays(365 * years));
        folders.Keep(key);
        return Results.Json(KeyEntry.Of("own", key.Public, now));
    }

    private static IResult Import(byte[] body, CorrespondentsFolders folders, DateTimeOffset now)
    {
        IReadOnlyList<PublicKey> keys;
        try
        {
            keys = PublicKey.Read(body);
        }
        catch (OpenPgpException failure)
        {
            return Refused("GW7212", failure.Message, "one or more OpenPGP public keys, armoured or not");
        }

        var known = folders.ReadKeys().Known.Select(key => key.Fingerprint).ToHashSet();
        foreach (var key in keys.Where(key => known.Contains(key.Fingerprint)))
            folders.Accept(key); // the same key with a new end, or revoked
        foreach (var key in keys.Where(key => !known.Contains(key.Fingerprint)))
            folders.Suspect(key);
        return Results.Json(keys.Select(key => KeyEntry.Of(known.Contains(key.Fingerprint) ? "accepted" : "quarantined", key, now)));
    }

    private static IResult Accept(string fingerprint, CorrespondentsFolders folders, DateTimeOffset now)
    {
        if (folders.Suspected().FirstOrDefault(key => Is(key, fingerprint)) is not { } key)
            return Results.NotFound();
        folders.Accept(key);
        return Results.Json(KeyEntry.Of("accepted", key, now));
    }

    private static List<PartnerEntry> Partners(Correspondents correspondents, DateTimeOffset now) =>
        [.. correspondents.Directory.Partners.Select(partner => PartnerEntry.Of(partner, correspondents, now))];

    private static IResult TakeOver(byte[] body, CorrespondentsFolders folders, DateTimeOffset now)
    {
        var (directory, problems) = PartnerDirectory.Read(body);
        if (directory is null)
            return Results.Json(problems.Select(problem => new Refusal(problem.Code, $"{problem.Place}: {problem.Found}", problem.Allowed)), statusCode: StatusCodes.Status400BadRequest);
        var taken = new Correspondents(folders.ReadKeys(), directory);
        if (taken.SignerAt(now) is not { } signer)
            return Refused("GW7213", "no key of this gateway that can sign", "gwctl keys new makes one");
        folders.Write(directory, signer, now);
        return Results.Json(Partners(taken, now));
    }

    private static bool Is(PublicKey key, string text) => Fingerprint.TryParse(text, out var fingerprint) && key.Fingerprint == fingerprint;

    private static IResult Refused(CorrespondentsException problem) => Refused(problem.Code, problem.Found, problem.Mend);

    private static IResult Refused(string code, string found, string allowed) =>
        Results.Json(new[] { new Refusal(code, found, allowed) }, statusCode: StatusCodes.Status400BadRequest);

    private static IResult TooLong(HttpRequest request) => Refused("GW7215", $"{request.ContentLength?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} bytes", $"{LongestBody} bytes at most");

    // Null where it is too long.
    private static async Task<byte[]?> BodyOf(HttpRequest request)
    {
        if (request.ContentLength is null or > LongestBody)
            return null;
        var body = new byte[request.ContentLength.Value];
        await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted);
        return body;
    }
}

/// <summary>Why something is not done.</summary>
internal sealed record Refusal(string Code, string Found, string Allowed);

/// <summary>A partner of the directory, and whether it can be written to.</summary>
internal sealed record PartnerEntry(string Id, string Name, IReadOnlyList<string> Addresses, IReadOnlyList<string> Keys, string Receipts, string ReceiptMeans, bool CanBeWrittenTo)
{
    public static PartnerEntry Of(Partner partner, Correspondents correspondents, DateTimeOffset now) => new(
        partner.Id, partner.Name, partner.Addresses, [.. partner.Keys.Select(key => key.Value)], partner.Receipts.ToString().ToLowerInvariant(), partner.ReceiptMeans.ToString().ToLowerInvariant(),
        correspondents.KeysOf(partner, now).Count > 0);
}
