namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A-RELEASE-RP (PS3.8 section 9.3.7); its body is four reserved bytes.</summary>
public static class ReleaseResponse
{
    /// <summary>The whole PDU.</summary>
    public static byte[] ToBytes() => [(byte)PduType.ReleaseResponse, 0, 0, 0, 0, 4, 0, 0, 0, 0];
}
