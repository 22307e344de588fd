using System.Text;

namespace Gateway.Dicom.Text;

/// <summary>
/// JIS X 0201, the two sets of ISO-IR 14 and ISO-IR 13 in one byte: ASCII with a yen sign and an overline, and katakana of half width.
/// The framework has it as a part of Shift JIS only, where the yen sign is a backslash.
/// </summary>
internal sealed class JisRomanEncoding : Encoding
{
    private const char FirstKatakana = '\uFF61';
    private const char LastKatakana = '\uFF9F';
    private const byte FirstByte = 0xA1;
    private const byte LastByte = 0xDF;

    public JisRomanEncoding()
        : base(0, EncoderFallback.ExceptionFallback, DecoderFallback.ReplacementFallback)
    {
    }

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (var index = 0; index < charCount; index++)
        {
            bytes[byteIndex + index] = chars[charIndex + index] switch
            {
                '\u00A5' => (byte)'\\',
                '\u203E' => (byte)'~',
                < '\u007F' and not ('\\' or '~') and var ascii => (byte)ascii,
                >= FirstKatakana and <= LastKatakana and var kana => (byte)(kana - FirstKatakana + FirstByte),
                _ => throw new EncoderFallbackException("The character is not in JIS X 0201."),
            };
        }

        return charCount;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var index = 0; index < byteCount; index++)
        {
            chars[charIndex + index] = bytes[byteIndex + index] switch
            {
                (byte)'\\' => '\u00A5',
                (byte)'~' => '\u203E',
                < 0x7F and var ascii => (char)ascii,
                >= FirstByte and <= LastByte and var kana => (char)(kana - FirstByte + FirstKatakana),
                _ => '\uFFFD',
            };
        }

        return byteCount;
    }
}
