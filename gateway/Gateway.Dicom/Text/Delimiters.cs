using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Text;

/// <summary>The characters at which code extensions go back to their beginning (PS3.5 section 6.1.2.5.3).</summary>
internal static class Delimiters
{
    public static bool Reset(char character, ValueRepresentation vr) => character switch
    {
        '\t' or '\n' or '\f' or '\r' => true,
        '\\' => !vr.IsOneText,
        '^' or '=' => vr == ValueRepresentation.PersonName,
        _ => false,
    };
}
