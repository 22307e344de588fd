using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;

namespace Gateway.Service.Partnering;

/// <summary>
/// How secret keys of this gateway come in, and how they are laid up for a bad day. They come over loopback, to whoever shows the token, and leave only encrypted to a recovery key, whose secret
/// part lies in a safe.
/// </summary>
internal static class SecretKeysApi
{
    private const int ShortestRsaBits = 3072;

    /// <summary>Adds it to the application's protected part.</summary>
    public static void MapSecretKeys(this IEndpointRouteBuilder api)
    {
        api.MapPost("/keys/secret", (HttpRequest request, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) =>
            Refusal.OrAsync(request, body => Import(body, folders, time.GetUtcNow(), log)));
        api.MapPost("/keys/escrow", (string? fingerprint, HttpRequest request, CorrespondentsFolders folders, TimeProvider time, ILogger<Correspondence> log) =>
            Refusal.OrAsync(request, body => LayUp(body, fingerprint, folders, time.GetUtcNow(), log)));
    }

    private static IResult Import(byte[] body, CorrespondentsFolders folders, DateTimeOffset now, ILogger log)
    {
        IReadOnlyList<OwnKey> keys;
        SecretKeyFile? file = null;
        try
        {
            file = JsonSerializer.Deserialize<SecretKeyFile>(body, JsonSerializerOptions.Web)!;
            keys = OwnKey.Read(file.Key, file.Passphrase);
        }
        catch (OpenPgpException failure) when (failure.Problem == OpenPgpProblem.WrongPassphrase)
        {
            return file!.Passphrase is null
                ? Refusal.Answer("GW7220", "a secret key that a passphrase protects", "its passphrase, on standard input")
                : Refusal.Answer("GW7221", "a secret key that does not open with this passphrase", "the passphrase that it was exported with");
        }
        catch (Exception failure) when (failure is OpenPgpException or JsonException)
        {
            return Refusal.Answer("GW7222", failure.Message, "a secret OpenPGP key, as gpg --export-secret-keys writes it: RSA of 3072 bits or more, or Ed25519 with Cv25519");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }

        if (keys.Select(key => WhyUnusable(key, now)).OfType<Refusal>().ToList() is [_, ..] reasons)
            return Refusal.Answer(reasons);
        foreach (var key in keys)
        {
            folders.Keep(key);
            log.OwnKeyImported(key.Fingerprint.Value);
        }

        return Results.Json(KeyEntry.OfOwn(folders.ReadTurns(folders.ReadKeys()), now).ToList());
    }

    private static Refusal? WhyUnusable(OwnKey key, DateTimeOffset now) =>
        key.Public.ShortestRsaBits < ShortestRsaBits ? new Refusal("GW7223", $"{key.Fingerprint}, RSA of {key.Public.ShortestRsaBits} bits", $"RSA of {ShortestRsaBits} bits or more, or Ed25519 with Cv25519")
        : key.Public.IsRevoked ? new Refusal("GW7224", $"{key.Fingerprint}, which is revoked", "a key that can be used")
        : key.Expires <= now ? new Refusal("GW7224", $"{key.Fingerprint}, which expired on {key.Expires:yyyy-MM-dd}", "a key that can be used: gpg --quick-set-expire gives it a later end")
        : !key.CanBeUsedAt(now) ? new Refusal("GW7224", $"{key.Fingerprint}, whose secret parts cannot both sign and decrypt", "a key with the secret parts of a signing and of an encryption key that have not expired")
        : null;

    private static IResult LayUp(byte[] recovery, string? fingerprint, CorrespondentsFolders folders, DateTimeOffset now, ILogger log)
    {
        var ring = folders.ReadKeys();
        var keys = ring.Own.Where(key => fingerprint is null || KeysApi.Is(key.Public, fingerprint)).ToList();
        if (fingerprint is not null && keys.Count == 0)
            return Results.NotFound();
        if (folders.ReadTurns(ring).At(now) is not { } signer)
            return Refusal.Answer("GW7213", "no key of this gateway that can sign", "gwctl keys new makes one");
        PublicKey to;
        try
        {
            to = PublicKey.Read(recovery) is [var only] ? only : throw new OpenPgpException(OpenPgpProblem.KeyUnusable, "there are several keys in the file");
        }
        catch (OpenPgpException failure)
        {
            return Refusal.Answer("GW7225", failure.Message, "one OpenPGP public key, armoured or not");
        }

        if (!to.CanEncryptAt(now) || to.ShortestRsaBits < ShortestRsaBits || ring.Own.Any(key => key.Fingerprint == to.Fingerprint))
            return Refusal.Answer("GW7225", $"{to.Fingerprint}, which has ended or is revoked, has less than {ShortestRsaBits} bits, or is one of the keys that are to be recovered", "a public key whose secret part lies in a safe");
        log.OwnKeysLaidUp(keys.Count, to.Fingerprint.Value);
        return Results.Json(new LaidUp(Sealed(keys, signer, to, now), [.. keys.Select(key => key.Fingerprint.Value)]));
    }

    private static string Sealed(IReadOnlyList<OwnKey> keys, OwnKey signer, PublicKey to, DateTimeOffset now)
    {
        using var text = new MemoryStream();
        using var armor = new ArmorWriter(text);
        using var message = EncryptingStream.Open(armor, signer, [to], Compression.None, now);
        message.Write(Encoding.ASCII.GetBytes(ArmorWriter.Text(keys.SelectMany(key => key.Write()).ToArray(), "PGP PRIVATE KEY BLOCK")));
        message.Complete();
        armor.Complete();
        return Encoding.ASCII.GetString(text.ToArray());
    }
}

/// <summary>A secret key as it comes in.</summary>
/// <param name="Key">The file's content.</param>
/// <param name="Passphrase">What protects it; null where that is not known.</param>
internal sealed record SecretKeyFile(byte[] Key, string? Passphrase);

/// <summary>Secret keys that are laid up.</summary>
/// <param name="Armored">The message, encrypted to the recovery key: inside is a private key block.</param>
/// <param name="Keys">The fingerprints of the keys in it.</param>
internal sealed record LaidUp(string Armored, IReadOnlyList<string> Keys);
