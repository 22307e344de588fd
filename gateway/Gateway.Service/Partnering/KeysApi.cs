using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;

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
            folders.ReadKeys() is var ring && ring.Own.Select(own => own.Public).Concat(ring.Known).Concat(folders.Suspected()).FirstOrDefault(one => Is(one, fingerprint)) is { } key ? Results.Json(new { armored = key.ToArmor() }) : Results.NotFound());
        api.MapPost("/keys/import", (HttpRequest request, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) =>
            Refusal.OrAsync(request, body => Import(body, folders, time.GetUtcNow(), log)));
        api.MapPost("/keys/{fingerprint}/accept", (string fingerprint, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) => Accept(fingerprint, folders, time.GetUtcNow(), log));
        api.MapOwnKeys();
        api.MapSecretKeys();
        api.MapPartners();
    }

    /// <summary>Adds what answers in its place where the gateway has no mail.</summary>
    public static void MapNoKeys(this IEndpointRouteBuilder protectedPart)
    {
        foreach (var what in new[] { "/keys/{**rest}", "/partners/{**rest}" })
            protectedPart.Map(what, () => Refusal.Answer("GW7214", "this gateway has no mail", "mail.address of the manifest, which names its address in the network"));
    }

    private static List<KeyEntry> List(CorrespondentsFolders folders, DateTimeOffset now)
    {
        var ring = folders.ReadKeys();
        return
        [
            .. KeyEntry.OfOwn(folders.ReadTurns(ring), now),
            .. ring.Known.Select(key => KeyEntry.Of(StandingOf(key), key, now)),
            .. folders.Suspected().Select(key => KeyEntry.Of(ring.Known.Any(known => known.Fingerprint == key.Fingerprint) ? "changed" : "quarantined", key, now)),
        ];
    }

    private static string StandingOf(PublicKey known) => known.IsRevoked ? "revoked" : "accepted";

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

    internal static bool Is(PublicKey key, string text) => Fingerprint.TryParse(text, out var fingerprint) && key.Fingerprint == fingerprint;
}
