using System.Text;

namespace Gateway.Dicom.Text;

/// <summary>
/// One coded set of graphic characters that is designated to G0 (bytes 21 to 7E) or G1 (A0 to FF) of ISO/IEC 2022 (PS3.5 section 6.1.2,
/// PS3.3 tables C.12-3 and C.12-4).
/// </summary>
/// <param name="Escape">What designates it, after the ESC.</param>
/// <param name="IsG0">Whether it is designated to G0, and not to G1.</param>
/// <param name="Width">Bytes a character: 1 or 2.</param>
/// <param name="Codec">What its characters stand for, when they are written with the high bits of <paramref name="Mask"/>.</param>
/// <param name="Mask">The high bits that the codec wants.</param>
internal sealed record GraphicSet(byte[] Escape, bool IsG0, int Width, Encoding Codec, ushort Mask)
{
    /// <summary>The character of one or two bytes, given as they stand; U+FFFD where they stand for none.</summary>
    public string Decode(ReadOnlySpan<byte> bytes)
    {
        Span<byte> coded = stackalloc byte[Width];
        for (var index = 0; index < Width; index++)
            coded[index] = (byte)((bytes[index] & 0x7F) | High(index));
        var text = Codec.GetString(coded);
        return text.Length == 0 || char.IsControl(text[0]) || IsPrivate(text[0]) ? "\uFFFD" : text;
    }

    /// <summary>The bytes of a character as they stand in the value; null where the set does not have it.</summary>
    public byte[]? Encode(string character)
    {
        if (IsPrivate(character[0]))
            return null;
        byte[] coded;
        try
        {
            coded = Codec.GetBytes(character);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }

        if (coded.Length != Width)
            return null;
        for (var index = 0; index < Width; index++)
        {
            var isGraphic = (coded[index] & 0x7F) >= (Width == 1 && !IsG0 ? 0x20 : 0x21);
            if ((coded[index] & 0x80) != High(index) || !isGraphic)
                return null;
            coded[index] = (byte)((coded[index] & 0x7F) | (IsG0 ? 0 : 0x80));
        }

        return coded;
    }

    /// <summary>The codecs of the framework give what is not assigned a place in the private use area.</summary>
    private static bool IsPrivate(char character) => character is >= '\uE000' and <= '\uF8FF';

    private int High(int index) => (Width == 1 ? Mask : index == 0 ? Mask >> 8 : Mask) & 0x80;
}
