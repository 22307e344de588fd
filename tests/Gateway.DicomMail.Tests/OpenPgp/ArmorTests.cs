using System.Text;
using CsCheck;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>RFC 9580 section 6: what mail programs do to an armoured block, and what they must not have done.</summary>
public class ArmorTests
{
    [Fact]
    public void Lines_have_76_characters_and_end_with_CRLF()
    {
        var lines = Armored(Messages.Content(1000)).Split("\r\n");
        Assert.Equal("-----BEGIN PGP MESSAGE-----", lines[0]);
        Assert.Equal("", lines[1]);
        Assert.All(lines[2..^4], line => Assert.Equal(76, line.Length));
        Assert.StartsWith("=", lines[^3], StringComparison.Ordinal);
        Assert.Equal("-----END PGP MESSAGE-----", lines[^2]);
        Assert.Equal("", lines[^1]);
        Assert.DoesNotContain('\n', string.Concat(lines));
    }

    // The checksum of "123456789" under the name CRC-24/OPENPGP in the catalogue of parametrised CRC algorithms.
    [Fact]
    public void The_checksum_is_the_known_one()
    {
        var checksum = new Crc24();
        checksum.Append("123456789"u8);
        Assert.Equal(0x21CF02, checksum.Value);
    }

    [Fact]
    public void The_checksum_is_the_same_in_pieces_of_any_length() => Gen.Byte.Array[0, 200].Select(Gen.Int[0, 200]).Sample((bytes, cut) =>
    {
        var (whole, pieces, slow) = (new Crc24(), new Crc24(), 0xB704CE);
        whole.Append(bytes);
        pieces.Append(bytes.AsSpan(0, Math.Min(cut, bytes.Length)));
        pieces.Append(bytes.AsSpan(Math.Min(cut, bytes.Length)));
        foreach (var one in bytes)
        {
            slow ^= one << 16;
            for (var bit = 0; bit < 8; bit++)
                slow = (slow << 1) ^ ((slow & 0x800000) == 0 ? 0 : 0x1864CFB);
        }

        Assert.Equal(slow, whole.Value);
        Assert.Equal(slow, pieces.Value);
    });

    [Fact]
    public void What_is_armoured_is_read_in_pieces_of_any_length() => Gen.Byte.Array[0, 3000].Select(Gen.Int[1, 500]).Sample((bytes, piece) => Assert.Equal(bytes, Read(Armored(bytes), piece)));

    [Fact]
    public void Long_blocks_are_read() => Assert.Equal(Messages.Content(1_000_001), Read(Armored(Messages.Content(1_000_001))));

    [Fact]
    public void What_mail_programs_do_to_a_block_does_not_matter()
    {
        var bytes = Messages.Content(500);
        var armored = Armored(bytes);
        var lines = armored.Split("\r\n");
        foreach (var changed in (string[])
                 [
                     armored.Replace("\r\n", "\n"),
                     armored.Replace("\r\n", " \t\r\n"),
                     "Dear colleague,\r\n\r\n" + armored + "\r\n-- \r\nregards",
                     new string('x', 10_000) + "\r\n" + armored,
                     armored.Replace("-----\r\n\r\n", "-----\r\nVersion: GnuPG v2\r\nComment: with: colons\r\n\r\n"),
                     armored.Replace("-----\r\n\r\n", "-----\r\n   \r\n"),
                     string.Join("\r\n", lines.Where((_, index) => index != lines.Length - 3)), // no checksum
                     armored.TrimEnd(),
                     string.Join("\r\n", [lines[0], "", string.Concat(lines[2..^3]), .. lines[^3..]]), // one long line
                     string.Join("\r\n", [lines[0], "", .. string.Concat(lines[2..^3]).Chunk(5).Select(line => new string(line)), .. lines[^3..]]),
                 ])
        {
            Assert.Equal(bytes, Read(changed));
        }
    }

    [Fact]
    public void A_block_that_was_damaged_is_refused()
    {
        var armored = Armored(Messages.Content(500));
        foreach (var (changed, problem) in ((string, OpenPgpProblem)[])
                 [
                     ("", OpenPgpProblem.NotOpenPgp),
                     ("no block at all\r\n", OpenPgpProblem.NotOpenPgp),
                     (armored[..400], OpenPgpProblem.NotWhole),
                     (armored.Replace("-----END PGP MESSAGE-----", ""), OpenPgpProblem.NotWhole),
                     (armored.Replace("END PGP MESSAGE", "END PGP SIGNATURE"), OpenPgpProblem.Malformed),
                     (armored[..200] + (armored[200] == 'A' ? 'B' : 'A') + armored[201..], OpenPgpProblem.NotWhole),
                     (armored[..200] + "!" + armored[201..], OpenPgpProblem.Malformed),
                     (armored[..200] + armored[201..], OpenPgpProblem.Malformed),
                 ])
        {
            Assert.Equal(problem, Assert.Throws<OpenPgpException>(() => Read(changed)).Problem);
        }
    }

    private static string Armored(byte[] bytes) => ArmorWriter.Text(bytes, "PGP MESSAGE");

    private static byte[] Read(string text, int piece = 4096)
    {
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(text));
        using var armor = new ArmorReader(input);
        using var bytes = new MemoryStream();
        armor.CopyTo(bytes, piece);
        return bytes.ToArray();
    }
}
