using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Xunit;

namespace Gateway.Dicom.Tests.Part10;

public sealed class Part10Tests
{
    private static readonly FileMetaInformation Meta = new(
        SopClasses.CtImageStorage, Uid.Parse("1.2.3"), TransferSyntax.ExplicitVrBigEndian, AeTitle.Parse("PACS"));

    [Fact]
    public void A_header_comes_back_and_the_stream_stands_at_the_data_set()
    {
        var file = new MemoryStream([.. Meta.ToBytes(), 1, 2, 3]);

        var header = Part10Header.Read(file);

        Assert.Equal(Meta, header.Meta);
        Assert.Equal(Meta.ToBytes().Length, header.DataSetOffset);
        Assert.Equal(header.DataSetOffset, file.Position);
    }

    [Fact]
    public void The_group_length_is_the_length_of_the_rest_of_the_group()
    {
        var bytes = Meta.ToBytes();

        Assert.Equal("DICM"u8.ToArray(), bytes[128..132]);
        Assert.Equal(bytes.Length - 132 - 12, BitConverter.ToInt32(bytes, 140));
    }

    [Fact]
    public void A_file_without_preamble_or_with_a_wrong_group_length_is_read()
    {
        var bytes = Meta.ToBytes();
        var wrongLength = bytes.ToArray();
        wrongLength[140] = 0xFF;

        Assert.Equal(Meta, Part10Header.Read(new MemoryStream(bytes[132..])).Meta);
        Assert.Equal(Meta, Part10Header.Read(new MemoryStream(bytes[128..])).Meta);
        Assert.Equal(Meta, Part10Header.Read(new MemoryStream(wrongLength)).Meta);
        Assert.Equal(Meta, Part10Header.Read(new MemoryStream([.. bytes[..132], .. bytes[144..]])).Meta);
    }

    [Fact]
    public void A_header_without_a_transfer_syntax_says_so()
    {
        var meta = new DataSetWriter()
            .Identifier(new Tag(2, 2), SopClasses.CtImageStorage)
            .Identifier(new Tag(2, 3), Uid.Parse("1.2.3"))
            .ToBytes();

        var problem = Assert.Throws<Part10Exception>(() => Part10Header.Read(new MemoryStream(meta)));

        Assert.Contains("Transfer Syntax UID (0002,0010)", problem.Message);
    }

    [Fact]
    public void What_is_no_dicom_file_says_so()
    {
        Assert.Throws<Part10Exception>(() => Part10Header.Read(new MemoryStream()));
        Assert.Throws<Part10Exception>(() => Part10Header.Read(new MemoryStream(new byte[500])));
        Assert.Throws<Part10Exception>(() => Part10Header.Read(new MemoryStream("%PDF-1.7 and so on"u8.ToArray())));
    }

    [Fact]
    public void Every_cut_of_a_header_is_read_or_says_what_is_missing()
    {
        var bytes = Meta.ToBytes();
        foreach (var length in Enumerable.Range(0, bytes.Length))
        {
            try
            {
                _ = Part10Header.Read(new MemoryStream(bytes[..length]));
            }
            catch (Part10Exception)
            {
                // the declared error
            }
        }
    }
}
