using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Reads what a file of keys or signatures holds, binary or as any number of armoured blocks.</summary>
internal static class KeyBlocks
{
    /// <summary>The objects of the file, in its order.</summary>
    /// <exception cref="OpenPgpException">It is not OpenPGP, or malformed.</exception>
    public static IReadOnlyList<object> Read(ReadOnlySpan<byte> file)
    {
        List<object> objects = [];
        foreach (var block in Binary(file))
        {
            try
            {
                var factory = new PgpObjectFactory(block);
                while (factory.NextPgpObject() is { } one)
                    objects.Add(one);
            }
            catch (Exception e)
            {
                throw new OpenPgpException(OpenPgpProblem.Malformed, "the OpenPGP packets cannot be read", e);
            }
        }

        return objects;
    }

    private static List<byte[]> Binary(ReadOnlySpan<byte> file)
    {
        if (!file.IsEmpty && (file[0] & 0x80) != 0)
            return [file.ToArray()];
        List<byte[]> blocks = [];
        for (var at = file.IndexOf("-----BEGIN PGP"u8); at >= 0; at = file.IndexOf("-----BEGIN PGP"u8))
        {
            file = file[at..];
            using var text = new MemoryStream(file.ToArray());
            using var armor = new ArmorReader(text);
            using var bytes = new MemoryStream();
            armor.CopyTo(bytes);
            blocks.Add(bytes.ToArray());
            file = file[1..];
        }

        return blocks.Count > 0 ? blocks : throw new OpenPgpException(OpenPgpProblem.NotOpenPgp, "neither binary nor armoured OpenPGP");
    }
}
