using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Running;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Somebody who writes to the gateway: a partner with a key that was accepted there, or whoever pretends to be one.</summary>
internal sealed class Correspondent(string name)
{
    public string Name => name;

    public string Address => $"gateway@{name}.example";

    public OwnKey Key { get; } = OwnKey.Generate(KeyAlgorithm.Curve25519, $"Gateway <gateway@{name}.example>", DateTimeOffset.UtcNow.AddDays(-90), TimeSpan.FromDays(365));

    /// <summary>The entry of a partner whose receipts are signed.</summary>
    public Partner Entry => new()
    {
        Id = name, Name = name, Addresses = [Address], Keys = [Key.Fingerprint], Receipts = ReceiptKind.Signed, ReceiptMeans = ReceiptMeaning.Pacs, MaximumAge = TimeSpan.FromDays(1),
    };

    /// <summary>The headers that ask for a signed receipt.</summary>
    public string Wish => $"{HeaderNames.EncryptedReceiptTo}: <{Address}>\n";

    /// <summary>A message with images as the product makes it.</summary>
    public byte[] Study(FedGateway to, SetPart part, bool isUrgent, params IReadOnlyList<Image> images)
    {
        using var mail = new MemoryStream();
        var objects = images.Select(image => new StudyObject(image.Number, image.ToFile().Length, () => new MemoryStream(image.ToFile()))).ToList();
        var message = new OutgoingMessage(part, $"{part.Set}.{part.Number}@{name}.example", Address, to.Site.Address, isUrgent, objects, [], DateTimeOffset.UtcNow);
        StudyMessage.Write(message, Entry, Key, [to.Site.Key.Public], mail);
        return mail.ToArray();
    }

    /// <summary>A message with images that is a set of its own.</summary>
    public byte[] Study(FedGateway to, params IReadOnlyList<Image> images) => Study(to, new SetPart($"{Guid.NewGuid():N}", 1, 1), images);

    /// <summary>A message with images that is part of a set.</summary>
    public byte[] Study(FedGateway to, SetPart part, params IReadOnlyList<Image> images) => Study(to, part, isUrgent: false, images);

    /// <summary>An entity, signed and encrypted, in a mail of its own.</summary>
    /// <param name="to">The gateway.</param>
    /// <param name="entity">What is inside.</param>
    /// <param name="headers">Headers of the mail, each ended.</param>
    /// <param name="at">When it is signed; now where none is named.</param>
    /// <param name="compression">How it is compressed.</param>
    public byte[] Sealed(Site to, byte[] entity, string headers = "", DateTimeOffset? at = null, Compression compression = Compression.None) =>
        Sealed(to, content => content.Write(entity), headers, at, compression);

    /// <summary>What is written, signed and encrypted, in a mail of its own.</summary>
    public byte[] Sealed(Site to, Action<Stream> entity, string headers = "", DateTimeOffset? at = null, Compression compression = Compression.None)
    {
        using var armored = new MemoryStream();
        using (var armor = new ArmorWriter(armored))
        {
            using var sealing = EncryptingStream.Open(armor, Key, [to.Key.Public], compression, at ?? DateTimeOffset.UtcNow);
            entity(sealing);
            sealing.Complete();
            armor.Complete();
        }

        return Encrypted(to, armored.ToArray(), headers);
    }

    /// <summary>The mail around an armoured OpenPGP message (RFC 3156 section 4).</summary>
    public byte[] Encrypted(Site to, byte[] armored, string headers = "") => MimeText.Multipart(
        $"From: <{Address}>\nTo: <{to.Address}>\nSubject: DICOM-eMail\nMessage-ID: <{Guid.NewGuid():N}@{name}.example>\n{headers}MIME-Version: 1.0\n",
        "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
        MimeText.Entity("Content-Type: application/pgp-encrypted", "Version: 1\r\n"u8.ToArray()),
        MimeText.Entity("Content-Type: application/octet-stream; name=\"encrypted.asc\"", armored));

    /// <summary>A fragment (RFC 2046 section 5.2.2).</summary>
    public byte[] Fragment(FedGateway to, string parameters, byte[] content) =>
        [.. MimeText.Lines($"From: <{Address}>\nTo: <{to.Site.Address}>\nSubject: DICOM-eMail\nMessage-ID: <{Guid.NewGuid():N}@{name}.example>\nMIME-Version: 1.0\nContent-Type: message/partial; {parameters}\n\n"), .. content];
}
