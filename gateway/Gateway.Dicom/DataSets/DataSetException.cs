namespace Gateway.Dicom.DataSets;

/// <summary>A data set cannot be read: it is malformed, goes beyond the limits, or is in a syntax that is not known.</summary>
/// <param name="problem">Where and why. It holds no value of the data set.</param>
public sealed class DataSetException(DataSetProblem problem) : Exception(problem.ToString())
{
    /// <summary>Where and why.</summary>
    public DataSetProblem Problem => problem;
}
