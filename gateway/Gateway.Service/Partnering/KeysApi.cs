using System.Globalization;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;

namespace Gateway.Service.Partnering;

/// <summary>
/// Keys and partners, as gwctl asks for them. A partner's key that comes in is laid into quarantine and used by nothing, until a person names its whole fingerprint;
/// a new version of one that was accepted too: the old one is used on. A revocation alone needs nobody, since it only takes trust away.
/// </summary>
internal static class KeysApi
{
    /// <summary>Adds it to the application's protected part. One request at a time is answered.</summary>
    public static void MapKeys(this IEndpointRouteBuilder protectedPart)
    {
        var turn = new SemaphoreSlim(1);
        var api = protectedPart.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            await turn.WaitAsync(context.HttpContext.RequestAborted);
            try
            {
                return await next(context);
            }
            catch (CorrespondentsException problem)
            {
                return Refusal.Answer(problem);
            }
            finally
            {
                turn.Release();
            }
        });
        api.MapGet("/keys", (CorrespondentsFolders folders, TimeProvider time) => List(folders, time.GetUtcNow()));
        api.MapGet("/keys/{fingerprint}", (string fingerprint, CorrespondentsFolders folders) =>
            All(folders).FirstOrDefault(one => Is(one.Key, fingerprint)) is { Key: { } key } ? Results.Json(new { armored = key.ToArmor() }) : Results.NotFound());
        api.MapPost("/keys", (string algorithm, int years, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, TimeProvider time) =>
            Make(algorithm, years, folders, mail, settings, time.GetUtcNow()));
        api.MapPost("/keys/import", (HttpRequest request, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) =>
            Refusal.OrAsync(request, body => Import(body, folders, time.GetUtcNow(), log)));
        api.MapPost("/keys/{fingerprint}/accept", (string fingerprint, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) => Accept(fingerprint, folders, time.GetUtcNow(), log));
        api.MapPartners();
    }

    /// <summary>Adds what answers in its place where the gateway has no mail.</summary>
    public static void MapNoKeys(this IEndpointRouteBuilder protectedPart)
    {
        foreach (var what in new[] { "/keys/{**rest}", "/partners/{**rest}" })
            protectedPart.Map(what, () => Refusal.Answer("GW7214", "this gateway has no mail", "mail.address of the manifest, which names its address in the network"));
    }

    private static List<KeyEntry> List(CorrespondentsFolders folders, DateTimeOffset now) => [.. All(folders).Select(one => KeyEntry.Of(one.Standing, one.Key, now))];

    private static IEnumerable<(string Standing, PublicKey Key)> All(CorrespondentsFolders folders)
    {
        var ring = folders.ReadKeys();
        return
        [
            .. ring.Own.Select(key => ("own", key.Public)),
            .. ring.Known.Select(key => (StandingOf(key), key)),
            .. folders.Suspected().Select(key => (ring.Known.Any(known => known.Fingerprint == key.Fingerprint) ? "changed" : "quarantined", key)),
        ];
    }

    private static string StandingOf(PublicKey known) => known.IsRevoked ? "revoked" : "accepted";

    private static IResult Make(string algorithm, int years, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, DateTimeOffset now)
    {
        if (!Enum.TryParse<KeyAlgorithm>(algorithm, ignoreCase: true, out var kind) || years is < 1 or > 10)
            return Refusal.Answer("GW7211", $"{algorithm} for {years} years", "curve25519, rsa3072 or rsa4096, for 1 to 10 years");
        var key = OwnKey.Generate(kind, string.Create(CultureInfo.InvariantCulture, $"DICOM-Mail Gateway, {settings.Site} <{mail.Address}>"), now, TimeSpan.FromDays(365 * years));
        folders.Keep(key);
        return Results.Json(KeyEntry.Of("own", key.Public, now));
    }

    private static IResult Import(byte[] body, CorrespondentsFolders folders, DateTimeOffset now, ILogger log)
    {
        IReadOnlyList<PublicKey> keys;
        try
        {
            keys = PublicKey.Read(body);
        }
        catch (OpenPgpException failure)
        {
            return Refusal.Answer("GW7212", failure.Message, "one or more OpenPGP public keys, armoured or not");
        }

        var known = folders.ReadKeys().Known;
        return Results.Json(keys.Select(key => Take(key, known.FirstOrDefault(one => one.Fingerprint == key.Fingerprint), folders, now, log)).ToList());
    }

    private static KeyEntry Take(PublicKey key, PublicKey? known, CorrespondentsFolders folders, DateTimeOffset now, ILogger log)
    {
        // A key that was revoked stays so, whatever older version of it comes.
        if (known is not null && (known.IsRevoked || known.Write().AsSpan().SequenceEqual(key.Write())))
            return KeyEntry.Of(StandingOf(known), known, now);
        if (known is not null && key.IsRevoked)
        {
            folders.Accept(key);
            log.KeyRevoked(key.Fingerprint.Value);
            return KeyEntry.Of("revoked", key, now);
        }

        var standing = known is null ? "quarantined" : "changed";
        folders.Suspect(key);
        log.KeySuspected(standing, key.Fingerprint.Value);
        return KeyEntry.Of(standing, key, now);
    }

    private static IResult Accept(string fingerprint, CorrespondentsFolders folders, DateTimeOffset now, ILogger log)
    {
        if (folders.Suspected().FirstOrDefault(key => Is(key, fingerprint)) is not { } key)
            return Results.NotFound();
        folders.Accept(key);
        log.KeyAccepted(key.Fingerprint.Value);
        return Results.Json(KeyEntry.Of(StandingOf(key), key, now));
    }

    private static bool Is(PublicKey key, string text) => Fingerprint.TryParse(text, out var fingerprint) && key.Fingerprint == fingerprint;
}
