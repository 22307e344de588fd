using System.Text;
using Gateway.Dicom.Identifiers;
using Xunit;

namespace Gateway.Dicom.Tests.Identifiers;

public sealed class AeTitleTests
{
    [Fact]
    public void A_title_fills_its_field_with_spaces_and_comes_back() =>
        Assert.Equal(AeTitle.Parse("PACS"), AeTitle.FromField(AeTitle.Parse("PACS").ToField()));

    [Fact]
    public void A_field_padded_with_nul_is_read() =>
        Assert.Equal(AeTitle.Parse("PACS"), AeTitle.FromField("PACS\0\0\0\0\0\0\0\0\0\0\0\0"u8));

    [Theory]
    [InlineData("")]
    [InlineData("                ")]
    [InlineData("SEVENTEEN_LETTERS")]
    [InlineData("A\\B")]
    [InlineData("A\tB")]
    [InlineData("ÄRZTE")]
    public void What_is_no_title_is_refused(string text)
    {
        Assert.False(AeTitle.TryParse(text, out _));
        Assert.Null(AeTitle.FromField(Encoding.Latin1.GetBytes(text.PadRight(16))));
    }

    [Fact]
    public void Case_matters() => Assert.NotEqual(AeTitle.Parse("pacs"), AeTitle.Parse("PACS"));
}
