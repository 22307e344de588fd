namespace Gateway.Dicom.DataSets;

/// <summary>The value of an element: bytes, a sequence of items, or encapsulated fragments.</summary>
public abstract class ElementValue
{
    private protected ElementValue()
    {
    }
}
