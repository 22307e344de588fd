namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A-RELEASE-RQ (PS3.8 section 9.3.6); its body is four reserved bytes.</summary>
public static class ReleaseRequest
{
    /// <summary>The whole PDU.</summary>
    public static byte[] ToBytes() => [(byte)PduType.ReleaseRequest, 0, 0, 0, 0, 4, 0, 0, 0, 0];
}
